import type { SecretStorage } from 'vscode';
import type { Disposable } from '../../shared/disposable.ts';

/** One value in SecretStorage, shared by every window. */
export interface SecretStore {
  read(): Promise<string | null>;
  write(value: string): Promise<void>;
  remove(): Promise<void>;
  /** Called after a change by this or another window. */
  onDidChange(listener: () => void): Disposable;
}

/** The secret called `name`. */
export function secretStore(storage: SecretStorage, name: string): SecretStore {
  return {
    read: async () => (await storage.get(name)) ?? null,
    write: async (value) => await storage.store(name, value),
    remove: async () => await storage.delete(name),
    onDidChange: (listener) =>
      storage.onDidChange((event) => {
        if (event.key === name) listener();
      }),
  };
}
