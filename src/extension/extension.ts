import type { ExtensionContext } from 'vscode';
import { type RunglassApi, Services } from './services.ts';

let services: Services | null = null;

/** Returns the public API: the eight sync functions. */
export function activate(context: ExtensionContext): RunglassApi {
  services = new Services(context);
  services.start();
  return services.api;
}

/** Not through `context.subscriptions`: VS Code disposes those without waiting for what is still being sent. */
export async function deactivate(): Promise<void> {
  await services?.end();
  services = null;
}
