import { type ComponentType, createElement, type FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useDashboard } from '../context.ts';

/** A component whose code is loaded when it is first drawn; until then nothing stands in its place. */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): FunctionComponent<P> {
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
    return loaded ? createElement(loaded, props) : null;
  };
}
