import { type ComponentType, createElement, type FunctionComponent, type VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/**
 * A component whose code is loaded when it is first drawn; until then `placeholder` stands in its place, or nothing.
 * Code that cannot be loaded is a failure to draw, which the `Guard` around it tells; drawn again, it is loaded again.
 */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  placeholder: () => VNode | null = () => null,
): FunctionComponent<P> {
  let loaded: ComponentType<P> | undefined;
  let loading: Promise<void> | undefined;
  return function Lazy(props: P) {
    const [state, draw] = useState<{ readonly error?: unknown }>({});
    useEffect(() => {
      if (loaded) return;
      loading ??= load().then((component) => {
        loaded = component;
      });
      loading.then(
        () => draw({}),
        (error: unknown) => {
          loading = undefined;
          draw({ error });
        },
      );
    }, []);
    if (loaded) return createElement(loaded, props);
    if ('error' in state) throw state.error;
    return placeholder();
  };
}
