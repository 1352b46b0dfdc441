import { type ComponentType, createElement, type FunctionComponent, type VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDashboard } from '../context.ts';

/** A component whose code is loaded when it is first drawn; until then `placeholder` stands in its place, or nothing. */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  placeholder: () => VNode | null = () => null,
): FunctionComponent<P> {
  let loaded: ComponentType<P> | undefined;
  let loading: Promise<void> | undefined;
  return function Lazy(props: P) {
    const { actions } = useDashboard();
    const [, draw] = useState(false);
    useEffect(() => {
      if (loaded) return;
      loading ??= load().then((component) => {
        loaded = component;
      });
      loading.then(
        () => draw(true),
        (error: unknown) => {
          loading = undefined;
          actions.report('A part of the page', error);
        },
      );
    }, []);
    return loaded ? createElement(loaded, props) : placeholder();
  };
}
