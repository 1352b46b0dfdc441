import { Component, type ComponentChildren, createElement, type FunctionComponent } from 'preact';

/**
 * A component that renders again only when one of its props is another one. The wrapper alone compares: the
 * component inside still hears the signals that it reads.
 */
export function memo<P extends object>(render: FunctionComponent<P>): new (props: P) => Component<P> {
  return class Memo extends Component<P> {
    static override readonly displayName = `Memo(${render.name})`;

    override shouldComponentUpdate(next: Readonly<P>): boolean {
      return !shallowEqual(this.props, next);
    }

    override render(props: P): ComponentChildren {
      return createElement(render, props);
    }
  };
}

function shallowEqual(a: object, b: object): boolean {
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => Object.is(Reflect.get(a, key), Reflect.get(b, key)));
}
