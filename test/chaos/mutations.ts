import path from 'node:path';
import * as esbuild from 'esbuild';
import { type Mutation, mutator } from '../support/mutant.ts';

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
export async function buildMutant(mutation: Mutation): Promise<string> {
  const outfile = path.resolve('out/chaos', `${mutation.name.replaceAll(' ', '-')}.mjs`);
  const { plugin, check } = mutator(mutation, 'src/extension/sync');
  await esbuild.build({
    entryPoints: ['test/chaos/worker.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    plugins: [plugin],
  });
  check();
  return outfile;
}
