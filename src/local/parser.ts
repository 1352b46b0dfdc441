import { setFlagsFromString } from 'node:v8';
import type { PGlite } from '@electric-sql/pglite';

/**
 * Keeps V8 from optimizing PostgreSQL's parser: one function of 100 KB, for which TurboFan takes half a second and
 * 600 MB, and after which no query is measurably faster. V8 decides whether a function may be optimized when it is
 * first compiled, which is when it is first called; so one text that only the parser sees comes before PGlite's first
 * query, while no function may be. A V8 without that flag notes so on stderr and optimizes as always.
 */
export function keepParserPlain(pglite: PGlite): void {
  const firstQuery = pglite._initArrayTypes.bind(pglite);
  pglite._initArrayTypes = async (options) => {
    pglite._initArrayTypes = firstQuery;
    setFlagsFromString('--wasm-tier-up-filter=0');
    try {
      await pglite.exec('not SQL').catch(() => {});
    } finally {
      setFlagsFromString('--wasm-tier-up-filter=-1');
    }
    await firstQuery(options);
  };
}
