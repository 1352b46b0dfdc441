import { parseArgs } from 'node:util';
import { fail } from './bootstrap.mjs';

/**
 * Options of the command line, as `parseArgs` of Node reads them. What it cannot read ends the process with status 1
 * and says which options there are.
 * @template {NonNullable<import('node:util').ParseArgsConfig['options']>} const T
 * @param {T} options
 * @param {readonly string[]} args
 */
export function readOptions(options, args = process.argv.slice(2)) {
  try {
    return parseArgs({ options, args: [...args] }).values;
  } catch (error) {
    // What follows the first sentence is of arguments that are no options, which none of the scripts takes.
    const [what] = (error instanceof Error ? error.message : String(error)).split('. ');
    const known = Object.keys(options).map((name) => `--${name}`);
    return fail(`${what}. The options are ${known.join(', ')}.`);
  }
}
