import { type ComponentType, createElement, type FunctionComponent, type VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** A component whose code comes later. */
export interface LazyComponent<P> extends FunctionComponent<P> {
  /** Loads the code ahead: it is drawn at once then. What fails is told once it is drawn. */
  readonly prepare: () => void;
}

/**
 * A component whose code is loaded when it is first drawn; until then `placeholder` stands in its place, or nothing.
 * Code that cannot be loaded is a failure to draw, which the `Guard` around it tells; drawn again, it is loaded again.
 */
export function lazy<P extends object>(
  load: () => Promise<ComponentType<P>>,
  placeholder: () => VNode | null = () => null,
): LazyComponent<P> {
  let loaded: ComponentType<P> | undefined;
  let loading: Promise<void> | undefined;
  const start = (done: () => void, failed: (error: unknown) => void): void => {
    loading ??= load().then((component) => {
      loaded = component;
    });
    loading.then(done, (error: unknown) => {
      loading = undefined;
      failed(error);
    });
  };
  function Lazy(props: P) {
    const [state, draw] = useState<{ readonly error?: unknown }>({});
    useEffect(() => {
      if (!loaded)
        start(
          () => draw({}),
          (error) => draw({ error }),
        );
    }, []);
    if (loaded) return createElement(loaded, props);
    if ('error' in state) throw state.error;
    return placeholder();
  }
  return Object.assign(Lazy, { prepare: () => start(nothing, nothing) });
}

function nothing(): void {}
