// Lets Node import sources as they are that take a name from our package.json, which only bundlers know: `import { version }
// from '../../package.json'` leaves the rest of that file out of the bundle.
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const manifest = new URL('../package.json', import.meta.url);

registerHooks({
  load(url, context, nextLoad) {
    if (url !== manifest.href || context.importAttributes?.type) return nextLoad(url, context);
    const entries = Object.entries(JSON.parse(readFileSync(manifest, 'utf8')));
    const source = entries.map(
      ([name, value], index) =>
        `const _${index} = ${JSON.stringify(value)}; export { _${index} as ${JSON.stringify(name)} };`,
    );
    return { format: 'module', source: source.join('\n'), shortCircuit: true };
  },
});
