/**
 * To be awaited before an `import()` that is no part of activation: VS Code has hooks at Node's loader, with which
 * `import()` reads and compiles its module before it returns.
 */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
