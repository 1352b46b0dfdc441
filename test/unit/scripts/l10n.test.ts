import assert from 'node:assert/strict';
import { aligned, bundleFaults, commandTitles, misquoted } from '../../../scripts/l10n/bundle.ts';
import { readWords } from '../../../scripts/l10n/words.ts';

describe('words of a source', () => {
  const faults = (source: string) => readWords(source, 'Part.tsx').faults;

  it('are the messages that it says, both forms of a plural among them', () => {
    const source = `export const f = () => [t('Open'), rich('Call {0}', x), plural(n, '{0} run', '{0} runs', y)];`;
    assert.deepEqual(readWords(source, 'part.ts').messages, ['Open', 'Call {0}', '{0} run', '{0} runs']);
  });

  it('must be written out, where the language is known', () => {
    assert.match(faults('const f = (word: string) => t(word);')[0] ?? '', /written out/);
    assert.match(faults('const f = (n: number) => t("" + n);')[0] ?? '', /written out/);
    assert.match(faults("const names = { live: t('Live') };")[0] ?? '', /before the language/);
    assert.match(faults("class A { static readonly name = t('Live'); }")[0] ?? '', /before the language/);
    assert.deepEqual(faults("class A { readonly name = t('Live'); }"), []);
    assert.match(faults("const f = () => vscode.l10n.t('Live');")[0] ?? '', /use t of/);
  });

  it('do not stand bare in elements', () => {
    const bare = [
      'const a = () => <p>Open</p>;',
      'const a = () => <p>{x ? "Open" : null}</p>;',
      'const a = () => <p>{x && "Open"}</p>;',
      'const a = () => <button title="Open" />;',
      'const a = () => <button aria-label={x ? "Open" : "Close"} />;',
    ];
    for (const source of bare) assert.match(faults(source)[0] ?? '', /is not translated/, source);
  });

  it('do not hide in spread properties, nor in what VS Code shows', () => {
    const shown = "import * as vscode from 'vscode'; ";
    const bare = [
      'const a = () => <p {...{ title: "Open" }} />;',
      `const a = () => vscode.window.showInformationMessage(\`Opened \${x}\`);`,
      "const a = () => window.showWarningMessage(text, { modal: true }, 'Open');",
      "const row = () => ({ label: 'Open', id: 'open' });",
      "const row = (item) => { item.tooltip = 'Open'; };",
      `${shown} export const f = () => vscode.window.withProgress({ title: 'Opening' });`,
      `${shown} export const f = () => vscode.window.showWarningMessage(question, { detail: 'Gone' });`,
    ];
    for (const source of bare) assert.match(faults(source)[0] ?? '', /is not translated/, source);
    assert.match(faults("import { t as say } from './l10n.ts'; say('Open');")[0] ?? '', /t as say/);
  });

  it('are no identifiers, classes and signs', () => {
    const fine = [
      'const a = () => <code>record_usage</code>;',
      'const a = () => <p class="muted" data-open="yes">{x} · {y}</p>;',
      "const a = () => <p title={t('Open')}>{t('Close')}</p>;",
      `const a = () => void vscode.window.showErrorMessage(\`Runglass: \${message}\`, button);`,
      `const a = () => ({ label: \`$(dash) \${line}\`, message: 'goes to the log' });`,
    ];
    for (const source of fine) assert.deepEqual(faults(source), [], source);
  });
});

describe('a bundle', () => {
  const source = { Open: 'Open', '{0} runs': '{0} runs' };

  it('lacks nothing, has nothing besides and keeps placeholders', () => {
    assert.deepEqual(bundleFaults({ Open: 'Öffnen', '{0} runs': '{0} Läufe' }, source), []);
    assert.match(bundleFaults({ Open: '', '{0} runs': '{0} Läufe' }, source)[0] ?? '', /"Open" is not/);
    const extra = { Open: 'Öffnen', '{0} runs': '{0} Läufe', Old: 'Alt' };
    assert.match(bundleFaults(extra, source)[0] ?? '', /"Old" is said nowhere/);
    assert.match(bundleFaults({ Open: 'Öffnen', '{0} runs': 'Läufe' }, source)[0] ?? '', /placeholders/);
  });

  it('calls commands by their titles', () => {
    const english = commandTitles({
      'command.signIn': 'Sign In',
      'command.signInAs': 'Sign In As…',
      other: 'x',
    });
    const german = commandTitles({ 'command.signIn': 'Anmelden', 'command.signInAs': 'Anmelden als…' });
    const fine = [
      ['Run “Runglass: Sign In”.', '„Runglass: Anmelden“ ausführen.'],
      ['Sign In', 'Anmelden'],
      ['Sign in to see more.', 'Zum Fortfahren einloggen.'],
      ['*Runglass: Sign In As…* asks.', '*Runglass: Anmelden als…* fragt.'],
    ] as const;
    assert.deepEqual(misquoted(fine, english, german), []);
    const wrong = [
      ['Run “Runglass: Sign In”.', '„Runglass: Einloggen“ ausführen.'],
      ['Sign In', 'Einloggen'],
      ['[Sign In](command:a)', '[Einloggen](command:a)'],
      ['*Runglass: Sign In As…* asks.', '*Runglass: Anmelden* fragt.'],
    ] as const;
    assert.equal(misquoted(wrong, english, german).length, wrong.length);
  });

  it('may have further plural forms', () => {
    const bundle = { Open: 'Otevřít', '{0} runs': '{0} běhů', '{0} runs/few': '{0} běhy' };
    assert.deepEqual(bundleFaults(bundle, source), []);
    assert.deepEqual(aligned(bundle, Object.keys(source)), bundle);
  });

  it('is brought up to the words of the sources without losing any that is still said', () => {
    const old = { Open: 'Öffnen', Old: 'Alt' };
    assert.deepEqual(aligned(old, ['Open', 'New']), { New: '', Open: 'Öffnen' });
  });
});
