/** Software that ships as a part of a package: compiled into its WebAssembly, or bundled in its scripts. */
export interface EmbeddedPart {
  readonly name: string;
  readonly version?: string;
  /** SPDX expression. */
  readonly licence: string;
  /** File of texts/ that has the licence as its owners publish it. */
  readonly text: string;
  /** Where it is, for readers of the notices. */
  readonly within: string;
}

export interface EmbeddedParts {
  /** Version of the package that was looked at; another one has to be looked at again. */
  readonly lookedAt: string;
  readonly parts: readonly EmbeddedPart[];
}

const wasm = 'PGlite, in WebAssembly';
const scripts = 'PGlite, in its scripts';
const pgcrypto = "PGlite's extension pgcrypto";
const mcp = '@modelcontextprotocol/server';

/**
 * By package. What PGlite's programs are linked with, they tell themselves: `strings` finds PostgreSQL's
 * CONFIGURE options in pglite.wasm, and names and versions of the libraries in it, in initdb.wasm and in the archives
 * of its extensions. Bundled scripts are told by source maps, or else by the comments about licences that they keep.
 */
export const embeddedParts: Readonly<Record<string, EmbeddedParts>> = {
  '@electric-sql/pglite': {
    lookedAt: '0.5.16',
    parts: [
      { name: 'PostgreSQL', version: '18.6', licence: 'PostgreSQL', text: 'postgresql', within: wasm },
      { name: 'Snowball', licence: 'BSD-3-Clause', text: 'snowball', within: wasm },
      { name: 'ICU', version: '76.1', licence: 'Unicode-3.0', text: 'icu', within: wasm },
      { name: 'libxml2', licence: 'MIT', text: 'libxml2', within: wasm },
      { name: 'zlib', version: '1.3.2', licence: 'Zlib', text: 'zlib', within: `${wasm}, and ${pgcrypto}` },
      { name: 'OpenSSL', version: '3.0.17', licence: 'Apache-2.0', text: 'openssl', within: pgcrypto },
      { name: 'Emscripten', version: '6.0.13', licence: 'MIT OR NCSA', text: 'emscripten', within: wasm },
      { name: 'musl', licence: 'MIT', text: 'musl', within: wasm },
      {
        name: 'LLVM: compiler-rt, libc++, libc++abi',
        licence: 'Apache-2.0 WITH LLVM-exception',
        text: 'llvm',
        within: wasm,
      },
      { name: 'pg-protocol', licence: 'MIT', text: 'pg-protocol', within: scripts },
      { name: 'async-mutex', version: '0.4.1', licence: 'MIT', text: 'async-mutex', within: scripts },
      { name: 'tinytar', version: '0.1.0', licence: 'MIT', text: 'tinytar', within: scripts },
      { name: 'tsup', version: '8.5.1', licence: 'MIT', text: 'tsup', within: scripts },
    ],
  },
  '@modelcontextprotocol/server': {
    lookedAt: '2.4.0',
    parts: [
      { name: 'ajv', version: '8.18.0', licence: 'MIT', text: 'ajv', within: mcp },
      { name: 'ajv-formats', version: '3.0.1', licence: 'MIT', text: 'ajv-formats', within: mcp },
      { name: 'content-type', version: '1.0.5', licence: 'MIT', text: 'content-type', within: mcp },
      { name: 'fast-deep-equal', version: '3.1.3', licence: 'MIT', text: 'fast-deep-equal', within: mcp },
      { name: 'fast-uri', version: '3.1.8', licence: 'BSD-3-Clause', text: 'fast-uri', within: mcp },
      {
        name: 'json-schema-traverse',
        version: '1.0.0',
        licence: 'MIT',
        text: 'json-schema-traverse',
        within: mcp,
      },
    ],
  },
  '@supabase/lite': {
    lookedAt: '0.10.0',
    parts: [{ name: 'aws4fetch', licence: 'MIT', text: 'aws4fetch', within: '@supabase/lite' }],
  },
};
