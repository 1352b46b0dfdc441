import { createHash, randomUUID } from 'node:crypto';
import { NodeFolder } from './nodeFolder.ts';
import type { SendingOptions } from './outbox.ts';
import { WindowPresence } from './presence.ts';
import type { Account } from './records.ts';
import { EventStore } from './store.ts';

export interface NodeStoreOptions extends SendingOptions {
  /** The folder that all windows share. */
  readonly folder: string;
  /** Names this window and start: letters, digits and hyphens. */
  readonly window: string;
  /** Some event or number changed, or what is wrong. */
  readonly onChange: () => void;
}

/** The store on a real folder. Activation does not load it; `Activity` does when an account is first known. */
export function createNodeStore({ folder: folderPath, ...options }: NodeStoreOptions): EventStore {
  const folder = new NodeFolder(folderPath);
  const windows = new WindowPresence(folderPath, folder, options.window);
  return new EventStore({ ...options, folder, windows, newSerial: randomUUID, keyOf });
}

function keyOf({ backend, user }: Account): string {
  return createHash('sha256')
    .update(JSON.stringify([backend, user]))
    .digest('hex')
    .slice(0, 16);
}
