/** Programs that run the one named after them, with those of their short options that take a value. */
const wrappers: ReadonlyMap<string, string> = new Map([
  ['sudo', 'CDRTUghprtu'],
  ['doas', 'Cu'],
  ['env', 'CSu'],
  ['nice', 'n'],
  ['ionice', 'Pcnpu'],
  ['time', 'fo'],
  ['exec', 'a'],
  ['command', ''],
  ['builtin', ''],
  ['nohup', ''],
  ['setsid', ''],
]);

/** Commands that shells bring themselves. */
export const builtins: ReadonlySet<string> = new Set(
  (
    'alias bg bind break builtin cd command continue declare dir dirs disown echo eval exec exit export false fc fg hash ' +
    'help history jobs kill let local logout popd printf pushd pwd read readonly return set shift shopt source test ' +
    'times trap true type typeset ulimit umask unalias unset wait where'
  ).split(' '),
);

const longest = 4_096;
const assignment = /^[A-Za-z_]\w*\+?=(?:"[^"\\$`]*"|'[^']*'|[^\s"'\\;|&<>()$`])*(?=\s)/;
const bareWord = /^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}(?=$|[\s;|&<>])/;
const option = /^-[\w-]*(?=\s)/;
const value = /^[\w.:/@%+-]+(?=\s)/;

/**
 * The name of the program that a command line runs, as it stands there: the first word after assignments and programs
 * like sudo. Null for anything else than a bare name: a path, a quote, an expansion, a keyword of the shell. Whether
 * the word really is a program, and no password that went astray, is for the caller to find out.
 */
export function programWord(commandLine: string): string | null {
  let rest = commandLine.slice(0, longest).trimStart();
  let wrapper: string | null = null;
  for (;;) {
    const assigned =
      wrapper === null || wrapper === 'env' || wrapper === 'sudo' ? assignment.exec(rest) : null;
    if (assigned) {
      rest = rest.slice(assigned[0].length).trimStart();
      continue;
    }
    const word = bareWord.exec(rest)?.[0] ?? null;
    if (word === null) return null;
    const after = rest.slice(word.length);
    const valued = wrappers.get(word);
    if (valued === undefined || !/^[^\S\n]+[^\s;|&<>]/.test(after)) return word;
    wrapper = word;
    rest = skipOptions(after.trimStart(), valued);
  }
}

/** What follows the options of a wrapper; empty when they cannot be understood. */
function skipOptions(text: string, valued: string): string {
  let rest = text;
  while (rest.startsWith('-')) {
    const found = option.exec(rest)?.[0];
    if (!found) return '';
    rest = rest.slice(found.length).trimStart();
    if (found === '--') break;
    // What follows a long option may be its value.
    if (found.startsWith('--')) return '';
    const firstValued = [...found].findIndex((letter) => valued.includes(letter));
    // The value is what is left of the word, as in `-uroot`.
    if (firstValued < found.length - 1) continue;
    const taken = value.exec(rest)?.[0];
    if (!taken) return '';
    rest = rest.slice(taken.length).trimStart();
  }
  return rest;
}
