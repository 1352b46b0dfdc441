import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Names of an output of the build and of the chunks that it imports statically, all in `folder`. */
export function loadedWith(folder: string, file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(path.join(folder, file), 'utf8');
  for (const [, name] of code.matchAll(/(?:from|import)\s*"\.\/(chunk-\w+\.js)"/g))
    if (name) loadedWith(folder, name, seen);
  return seen;
}
