const listeners = new Set<() => void>();
let observer: MutationObserver | undefined;

/** Calls `listener` when VS Code changes the theme: it rewrites the classes and variables of the page. */
export function onThemeChange(listener: () => void): () => void {
  listeners.add(listener);
  if (!observer) {
    observer = new MutationObserver(() => {
      for (const heard of listeners) heard();
    });
    const options = { attributes: true, attributeFilter: ['class', 'style', 'data-vscode-theme-id'] };
    observer.observe(document.documentElement, options);
    observer.observe(document.body, options);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    observer?.disconnect();
    observer = undefined;
  };
}
