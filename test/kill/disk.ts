// Stands in for node:fs/promises in the bundle of a window: does what that does, tells at which step the journal is,
// and knows what a power cut would leave of its files.
import { truncateSync, writeSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hesitation, onPowerCut, reach } from './faultPoints.ts';

export * from 'node:fs/promises';

type Open = typeof fs.open;
type Handle = Awaited<ReturnType<Open>>;

/** Bytes of the journals that this window writes: in the file, and surely on the disk. */
const sizes = new Map<string, { written: number; synced: number }>();
/** Journals that exist: written anew they are compacted. */
const made = new Set<string>();
/** Ends when files of other windows may be claimed. */
let hesitating: Promise<void> | null = null;

const isJournal = (file: string) => file.endsWith('.jsonl');
const target = (file: string) => file.replace(/\.jsonl\.[\w-]+\.tmp$/, '.jsonl');

onPowerCut((keep) => {
  for (const [file, { written, synced }] of sizes)
    if (written > synced && isJournal(file))
      truncateSync(file, synced + Math.floor(keep * (written - synced)));
});

export const open: Open = async (file, flags, mode) => {
  const handle = await fs.open(file, flags, mode);
  const name = String(file);
  const isNew = target(name) !== name;
  if (!isNew && !(isJournal(name) && typeof flags === 'number')) return handle;
  const size = sizes.get(name) ?? { written: (await handle.stat()).size, synced: 0 };
  sizes.set(name, size);
  return new Proxy(handle, {
    get: (_, key) => {
      if (key === 'writeFile') return (text: string) => write(handle, text, name, isNew);
      if (key === 'sync')
        return async () => {
          await handle.sync();
          size.synced = size.written;
        };
      const value: unknown = Reflect.get(handle, key);
      return typeof value === 'function' ? value.bind(handle) : value;
    },
  });
};

async function write(handle: Handle, text: string, name: string, isNew: boolean): Promise<void> {
  const half = () => {
    const bytes = Buffer.from(text);
    writeSync(handle.fd, bytes.subarray(0, Math.ceil(bytes.length / 2)));
  };
  if (isNew) reach(made.has(target(name)) ? 'compaction torn' : 'its first write torn', half);
  else if (text.includes('{"done":')) reach('answered, not noted');
  if (!isNew) reach('a group torn', half);
  await handle.writeFile(text);
  const size = sizes.get(name);
  if (size) size.written = (await handle.stat()).size;
  if (!isNew) reach('a group not synced');
}

export const rename: typeof fs.rename = async (from, to) => {
  const [source, goal] = [String(from), String(to)];
  const compacts = target(source) !== source && made.has(goal);
  if (compacts) reach('compaction not renamed');
  if (isJournal(source) && hesitation > 0) {
    hesitating ??= sleep(hesitation);
    await hesitating;
  }
  await fs.rename(from, to);
  const size = sizes.get(source);
  sizes.delete(source);
  if (size) sizes.set(goal, size);
  if (compacts) reach('compaction renamed');
  if (isJournal(source)) reach('an orphan claimed');
  else if (isJournal(goal)) made.add(goal);
};

export const readFile: typeof fs.readFile = (async (...args: Parameters<typeof fs.readFile>) => {
  const text = await fs.readFile(...args);
  if (isJournal(String(args[0]))) reach('an orphan read');
  return text;
}) as typeof fs.readFile;

export const rm: typeof fs.rm = async (file, options) => {
  const name = String(file);
  if (isJournal(name) && !made.has(name)) reach('an orphan copied');
  await fs.rm(file, options);
};
