import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { lexer, type Token } from 'marked';
import { bounded } from '../../../src/extension/agents/values.ts';
import { commands } from '../../../src/extension/ids.ts';
import { oneLine, withoutIcons } from '../../../src/extension/markdown.ts';
import {
  limitNewsWords,
  manyLimitsWords,
  runNewsWords,
} from '../../../src/extension/notifications/newsWords.ts';
import { createLog } from '../../../src/extension/platform/log.ts';
import { type RunSaying, runSummary } from '../../../src/extension/runWords.ts';
import { statusBarOf } from '../../../src/extension/statusBar/rows.ts';
import { tooltipCommands } from '../../../src/extension/statusBar/tooltip.ts';
import { modelNodes } from '../../../src/extension/views/modelNodes.ts';
import type { ViewNode } from '../../../src/extension/views/node.ts';
import { projectNodes } from '../../../src/extension/views/projectNodes.ts';
import { runNodes } from '../../../src/extension/views/runNodes.ts';
import { usageNodes } from '../../../src/extension/views/usageNodes.ts';
import { Formats } from '../../../src/shared/format.ts';
import { currentUsage } from '../../../src/shared/usage.ts';
import { dashboardStatus } from '../../fixtures/dashboard.ts';
import { hostileTablesOf, hostileTexts, hugeTexts } from '../../fixtures/hostile.ts';
import { fixtureNow, minutes } from '../../fixtures/rows.ts';
import { tablesOf } from '../../fixtures/tables.ts';
import { LineLog } from './support/doubles.ts';

const formats = new Formats('en', 'UTC');
const saying: RunSaying = { formats, now: fixtureNow, silence: 5 * minutes };
const all = [...Object.values(hostileTexts), ...hugeTexts];
const evil = Object.values(hostileTexts).join(' ');
const ownCommands = new Set<string>(Object.values(commands));

/** What VS Code would make of Markdown, by the parser that it has: every token, at any depth. */
function tokensOf(markdown: string): Token[] {
  const deep = (tokens: readonly Token[]): Token[] =>
    tokens.flatMap((token) => {
      const cells = token.type === 'table' ? [...token.header, ...token.rows.flat()] : [];
      const inner = [
        'tokens' in token ? (token.tokens ?? []) : [],
        token.type === 'list' ? token.items : [],
        ...cells.map((cell) => cell.tokens),
      ];
      return [token, ...inner.flatMap(deep)];
    });
  return deep(lexer(markdown, { gfm: true, breaks: true }));
}

/** Only what our own words are made of, and no link but to commands of ours. */
const plainKinds = new Set([
  'paragraph',
  'text',
  'strong',
  'escape',
  'space',
  'list',
  'list_item',
  'table',
  'link',
  'br',
]);

function assertInert(markdown: string, links: readonly string[]): void {
  for (const token of tokensOf(markdown)) {
    assert.ok(plainKinds.has(token.type), `${token.type}: ${token.raw.slice(0, 200)}`);
    if (token.type !== 'link') continue;
    const command = /^command:([\w.]+)(\?[\w%.-]*)?$/.exec(token.href)?.[1] ?? '';
    assert.ok(links.includes(command) && ownCommands.has(command), token.href);
  }
  assert.doesNotMatch(markdown, /(?<!\\)\$\(/, 'no icon');
}

/** One line, nothing that turns the words around it or cannot be seen, and not too long. */
function assertPlain(text: string, longest = 700): void {
  assert.ok(text.length <= longest, `${text.length} characters`);
  assert.doesNotMatch(
    text,
    /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066\u2067\ufeff]/u,
  );
  let open = 0;
  for (const sign of text.match(/[\u2068\u2069]/g) ?? []) {
    open += sign === '\u2068' ? 1 : -1;
    assert.ok(open >= 0, JSON.stringify(text));
  }
  assert.equal(open, 0, JSON.stringify(text));
}

describe('hostile texts outside of the page', () => {
  const tables = [hostileTablesOf(all), ...all.map((text) => hostileTablesOf([text]))].map(tablesOf);

  it('are text in the side bar, in rows, tooltips and for screen readers', () => {
    for (const rows of tables) {
      const roots = [
        runNodes(rows, saying),
        modelNodes(rows, saying),
        projectNodes(rows, null, saying),
        usageNodes(rows, saying),
      ];
      for (const view of roots) {
        const nodes = view.flatMap((node): ViewNode[] => [node, ...node.children]);
        assert.ok(nodes.length > 0);
        for (const { label, description, spoken, tooltip } of nodes) {
          for (const text of [label, description, spoken]) assertPlain(text);
          assertInert(tooltip, []);
          assert.ok(tooltip.length < 4_000);
        }
      }
    }
  });

  it('give no two rows of a view one id, however they begin', () => {
    const twins = ['a', 'b'].map((end) => `${'x'.repeat(100_000)}${end}`);
    const rows = tablesOf(hostileTablesOf(twins));
    for (const nodes of [modelNodes(rows, saying), usageNodes(rows, saying)]) {
      const ids = nodes.flatMap((node) => [node, ...node.children]).map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      assert.ok(ids.filter((id) => id.includes('xxx')).length >= 2);
    }
  });

  it('are text in the status bar and in its tooltip, whose links run commands of ours and no others', () => {
    assert.ok(tooltipCommands.every((command) => ownCommands.has(command)));
    for (const rows of tables) {
      const status = dashboardStatus({
        message: evil,
        hint: evil,
        account: evil,
        backend: { kind: 'remote', label: evil },
      });
      const replica = { tables: rows } as Parameters<typeof statusBarOf>[0]['replica'];
      const model = statusBarOf({ replica, display: 'text', metric: evil, status, now: fixtureNow, formats });
      assertInert(model.tooltip, tooltipCommands);
      assertPlain(model.text, 100);
      assert.doesNotMatch(model.text.replace(/^\$\([\w-]+\) /, ''), /\$\(/);
      assertPlain(model.accessibilityLabel);
    }
  });

  it('make no link in a notification, which has few words of them', () => {
    for (const rows of tables) {
      const { usages, period } = currentUsage(rows, fixtureNow);
      const limits = usages.map((usage) => ({ usage, threshold: 80, keys: [] }));
      const messages = [
        ...[...rows.training_runs.values()].flatMap((run) =>
          (['completed', 'failed', 'stalled'] as const).map((kind) =>
            runNewsWords({ kind, run, key: '' }, saying),
          ),
        ),
        ...limits.map((news) => limitNewsWords(news, period, saying)),
        manyLimitsWords(limits.slice(0, 3), saying),
      ];
      for (const message of messages) {
        assertPlain(message);
        assert.doesNotMatch(message, /\]\(/);
      }
    }
  });

  it('hold nothing that would draw an icon in a list', () => {
    for (const rows of tables)
      for (const run of rows.training_runs.values())
        assert.doesNotMatch(withoutIcons(runSummary(run, saying)), /\$\(/);
  });

  it('begin no entry of the log', () => {
    const output = new LineLog();
    for (const text of all)
      createLog(output, 'test').warn(`The server said: ${text}\n2026-01-01 [error] forged`);
    for (const line of output.lines) {
      assert.ok(line.length < 11_000);
      assert.doesNotMatch(line, /[^\P{Cc}\n\t]/u);
      for (const rest of line.split('\n').slice(1)) assert.match(rest, /^\t/);
    }
  });

  it('are cut for agents, with all that makes them longer', () => {
    for (const text of hugeTexts) {
      const value = { [text]: Array.from({ length: 1_000 }, () => ({ [text]: text })) };
      assert.ok(JSON.stringify(bounded(value, () => {})).length < 200_000);
    }
    const whole = () => assert.fail('nothing was left out');
    assert.deepEqual(bounded({ a: [1, null, true, 'x\ny'] }, whole), { a: [1, null, true, 'x\ny'] });
  });

  it('keep their letters, joined as they are written, and stand apart where they run the other way', () => {
    assert.equal(oneLine('👩‍💻 می‌خواهم'), '\u2068👩‍💻 می‌خواهم\u2069');
    assert.equal(
      oneLine('Silben\u00adtrennung 42\u200f%'),
      'Silbentrennung 42%',
      'what is not seen leaves no gap',
    );
    for (const nothing of ['', ' \u3000\n', '\u200d\u200c', '\u2068\u2069', '\u3164', '\u2800 \u115f'])
      assert.equal(oneLine(nothing), '', JSON.stringify(nothing));
    assert.equal(oneLine(oneLine('שלום')), '\u2068\u2068שלום\u2069\u2069');
    assert.equal(oneLine(hostileTexts.isolates), 'a\u2068b\u2068\u2069\u2069');
    assert.equal(oneLine(`${'x'.repeat(8)}👩`, 10), 'xxxxxxxx👩');
    assert.equal(oneLine(`${'x'.repeat(8)}👩y`, 10), 'xxxxxxxx…');
  });
});

describe('Markdown of the extension', () => {
  it('is made in one place', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.tsx?$/.test(file),
    );
    assert.ok(files.length > 300);
    const makers = files.filter((file) => /MarkdownString\(/.test(readFileSync(`src/${file}`, 'utf8')));
    assert.deepEqual(makers, ['extension/tooltip.ts']);
    const html = files.filter((file) =>
      /dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML/.test(
        readFileSync(`src/${file}`, 'utf8'),
      ),
    );
    assert.deepEqual(html, [], 'no HTML is made of a text');
  });
});
