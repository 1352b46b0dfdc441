import type { HttpLimits } from './limits.ts';

const [quote, comma, backslash] = [0x22, 0x2c, 0x5c];
const [openArray, closeArray, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

export type JsonLimits = Pick<HttpLimits, 'depth' | 'values' | 'parameters'>;
/** The limit that is exceeded. */
export type Excess = keyof JsonLimits;

/** Counts what JSON texts hold, over all that are added, before anybody makes values of them. */
export class JsonCount {
  readonly #limits: JsonLimits;
  #values = 0;

  constructor(limits: JsonLimits) {
    this.#limits = limits;
  }

  /**
   * Which limit is exceeded with this text, null for none; strings are not looked into. If it `mayBeRows`, each value in
   * the parts of an outermost array is a parameter of a statement.
   */
  add(text: Uint8Array, mayBeRows = false): Excess | null {
    const { depth: deepest, values, parameters } = this.#limits;
    let depth = 0;
    let ofRows = 0;
    let inString = false;
    let isRows = false;
    for (let at = 0; at < text.length; at++) {
      const byte = text[at];
      if (byte === quote) inString = !inString;
      else if (inString) at += byte === backslash ? 1 : 0;
      else if (byte === closeArray || byte === closeObject) depth--;
      else {
        const opens = byte === openArray || byte === openObject;
        if (!opens && byte !== comma) continue;
        if (opens && ++depth > deepest) return 'depth';
        if (opens && depth === 1) isRows = mayBeRows && byte === openArray;
        if (++this.#values > values) return 'values';
        if (isRows && depth === 2 && ++ofRows > parameters) return 'parameters';
      }
    }
    return null;
  }

  /** The same of those strings that may be JSON. */
  addStrings(strings: Iterable<string>): Excess | null {
    for (const text of strings) {
      const excess = /^\s*[[{]/.test(text) ? this.add(Buffer.from(text)) : null;
      if (excess) return excess;
    }
    return null;
  }
}
