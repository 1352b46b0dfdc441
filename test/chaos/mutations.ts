import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';

/** A mechanism taken out of the engine by replacing a piece of its text. */
export interface Mutation {
  readonly name: string;
  /** In src/extension/sync. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Without each of these the promises of docs/SYNC.md do not hold, and the simulation must say so. */
export const mutations: readonly Mutation[] = [
  {
    name: 'gap detection',
    file: 'flow.ts',
    find: 'else if (!this.#gap.isSet) this.#gap.set(gapPatience, () => this.#tellGap());',
    replace: '',
  },
  {
    name: 'head check',
    file: 'pacing.ts',
    find: "if (state === 'Live') return headCheckInterval;",
    replace: "if (state === 'Live') return null;",
  },
  {
    name: 'canary',
    file: 'canary.ts',
    find: '      this.check();\n    } catch (error) {',
    // The answer over HTTP counts as the echo over the socket.
    replace:
      '      this.#echo ??= { seq: reply.seq, at: sentAt };\n      this.check();\n    } catch (error) {',
  },
  {
    name: 'tombstones',
    file: 'replica.ts',
    find: 'else this.#drop(change, held, source);',
    replace: "else if (change.kind !== 'tombstone') this.#drop(change, held, source);",
  },
  {
    name: 'memory of tombstones',
    file: 'replica.ts',
    find: "if (change.kind === 'tombstone') this.#tombstones.set(key, change.seq);",
    replace: "if (change.kind === 'tombstone') {}",
  },
  {
    name: 'generation token',
    file: 'generation.ts',
    find: 'return this.#isOver;',
    replace: 'return false;',
  },
];

/** Bundles the simulation with a mutated engine; answers the worker's file. Throws when the text is not there once. */
export async function buildMutant({ name, file, find, replace }: Mutation): Promise<string> {
  const outfile = path.resolve('out/chaos', `${name.replaceAll(' ', '-')}.mjs`);
  const source = path.resolve('src/extension/sync', file);
  let isLoaded = false;
  const mutate: esbuild.Plugin = {
    name: 'mutate',
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, async (args) => {
        if (args.path !== source) return undefined;
        isLoaded = true;
        const text = await readFile(source, 'utf8');
        const count = text.split(find).length - 1;
        if (count !== 1)
          throw new Error(
            `The mutation "${name}" looks for ${JSON.stringify(find)} in ${file}, found ${count} times.`,
          );
        return { contents: text.replace(find, () => replace), loader: 'ts' };
      });
    },
  };
  await esbuild.build({
    entryPoints: ['test/chaos/worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    plugins: [mutate],
  });
  if (!isLoaded) throw new Error(`The mutation "${name}" is in ${file}, which the engine does not load.`);
  return outfile;
}
