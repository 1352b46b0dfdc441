import { parseArgs } from 'node:util';
import { type GalleryState, type Subject, subjects } from './states.ts';
import { type ThemeName, themeNames } from './themes.ts';

export const widths: readonly number[] = [1280, 700, 400];

export interface GalleryPlan {
  readonly states: readonly GalleryState[];
  readonly themes: readonly ThemeName[];
  readonly widths: readonly number[];
  /** `en`, a language of `l10n/`, or `pseudo`. */
  readonly language: string;
  /** True when nothing was left out. */
  readonly whole: boolean;
}

/** A first look at everything, in one theme and at both ends of the widths. */
const quick = {
  states: ['full', 'empty', 'error', 'hostile', 'sheet', 'catalogOpen'],
  themes: ['dark'],
  widths: ['1280', '400'],
};

/** What the arguments ask for; throws one sentence that says what is possible when they cannot be read. */
export function readPlan(args: readonly string[], all: readonly GalleryState[]): GalleryPlan {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ states: text, themes: text, widths: text, sections: text, language: text },
      quick: { type: 'boolean' },
    },
  });
  const chosen = (name: 'states' | 'themes' | 'widths', possible: readonly string[]): readonly string[] =>
    choose(name, values[name]?.split(',') ?? (values.quick ? quick[name] : possible), possible);
  const shown = choose('sections', values.sections?.split(',') ?? subjects, subjects);
  const names = chosen(
    'states',
    all.map(({ name }) => name),
  );
  const themes = chosen('themes', themeNames);
  return {
    states: all
      .filter(({ name }) => names.includes(name))
      .map((state) => ({ ...state, subjects: state.subjects.filter((subject) => shown.includes(subject)) }))
      .filter(({ subjects }) => subjects.length > 0),
    themes: themeNames.filter((name) => themes.includes(name)),
    widths: readWidths(values.widths?.split(',') ?? (values.quick ? quick.widths : widths.map(String))),
    language: values.language ?? 'en',
    whole: Object.keys(values).every((name) => name === 'language'),
  };
}

function choose<T extends string>(
  option: string,
  names: readonly string[],
  possible: readonly T[],
): readonly T[] {
  const unknown = names.find((name) => !possible.some((known) => known === name));
  if (unknown !== undefined)
    throw new Error(`--${option}: there is no "${unknown}". There is: ${possible.join(', ')}.`);
  return possible.filter((name) => names.includes(name));
}

function readWidths(texts: readonly string[]): readonly number[] {
  return texts.map((text) => {
    const width = Number(text);
    if (Number.isInteger(width) && width >= 200 && width <= 4_000) return width;
    throw new Error(`--widths: "${text}" is no width in pixels from 200 to 4000.`);
  });
}

export type { Subject };
