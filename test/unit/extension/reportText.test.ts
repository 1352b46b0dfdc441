import assert from 'node:assert/strict';
import { lexer, walkTokens } from 'marked';
import { reportText } from '../../../src/extension/doctor/reportText.ts';
import { Counters } from '../../../src/extension/sync/counters.ts';
import type { DoctorReport } from '../../../src/shared/doctor.ts';
import { hostileTexts } from '../../fixtures/hostile.ts';

const report: DoctorReport = {
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  finishedAt: Date.UTC(2026, 0, 2, 3, 4, 7),
  backend: 'remote',
  schemaVersion: 1,
  postgres: '17.1',
  checks: [
    { id: 'url', title: 'URL', outcome: 'ok', detail: 'Supabase answers.', findings: [] },
    {
      id: 'clock',
      title: 'Clock',
      outcome: 'warning',
      detail: 'It is late.',
      findings: [{ table: null, detail: 'It is late.', remedy: { kind: 'setting', text: 'Set the clock.' } }],
    },
    {
      id: 'publication',
      title: 'Publication',
      outcome: 'failed',
      detail: '2 things are not as they should be.',
      findings: [
        { table: 'models', detail: 'It is not there.', remedy: { kind: 'sql', text: 'add models;' } },
        { table: 'projects', detail: 'Nor is this.', remedy: null },
      ],
    },
    { id: 'delivery', title: 'Delivery', outcome: 'skipped', detail: 'Not looked at.', findings: [] },
  ],
};

describe('the text of a report', () => {
  it('can be pasted into an issue', () => {
    assert.equal(
      reportText(report, { versions: ['Runglass 0.1.0', 'VS Code 1.101.0'], sync: null }),
      `# Runglass Doctor

- Runglass 0.1.0, VS Code 1.101.0
- Supabase, migrations 1, PostgreSQL 17.1
- Examined 2026-01-02T03:04:05.000Z (2 s)
- Sync: not running

- ✓ **URL**: Supabase answers.
- ⚠ **Clock**: It is late.
- ✗ **Publication**: 2 things are not as they should be.
- – **Delivery**: Not looked at.

## Clock

→ Set the clock.

## Publication

\`models\`: It is not there.

SQL that mends it:
\`\`\`sql
add models;
\`\`\`

\`projects\`: Nor is this.
`,
    );
  });

  it('makes no tag, picture, link with other words or code of its own of what a server says', () => {
    const [own] = report.checks;
    assert.ok(own);
    for (const evil of [...Object.values(hostileTexts), Object.values(hostileTexts).join(' ').repeat(500)]) {
      const remedies = [null, { kind: 'setting', text: evil }, { kind: 'sql', text: evil }] as const;
      const findings = remedies.map((remedy) => ({ table: remedy && evil, detail: `${evil}.`, remedy }));
      const checks = [{ ...own, detail: evil, findings }];
      const text = reportText({ ...report, postgres: evil, checks }, { versions: ['x'], sync: null });
      const made: string[] = [];
      walkTokens(lexer(text), (token) => {
        if (token.type === 'link' && token.raw.startsWith('[')) made.push(token.raw);
        if (/^(html|image|blockquote|table|hr|del|def|em)$/.test(token.type)) made.push(token.raw);
        if (token.type === 'heading' && !/^#+ (Runglass Doctor|URL)\n/.test(token.raw)) made.push(token.raw);
        if (token.type === 'code') made.push(`${token.lang}: ${token.text}`);
      });
      assert.deepEqual(
        made,
        [`sql: ${evil.replace(/\r\n?/g, '\n').trimEnd()}`],
        JSON.stringify(evil.slice(0, 200)),
      );
    }
  });

  it('says how sync stands and what it has met', () => {
    const problem = { reason: 'noRealtime', detail: 'no socket' } as const;
    const sync = { state: 'polling', problem, latency: 12.4, counters: new Counters(5).snapshot } as const;
    const text = reportText({ ...report, checks: [] }, { versions: ['x'], sync });
    assert.match(text, /- Sync: polling, noRealtime, 12 ms\n/);
    assert.match(text, /```json\n\{ "since": 5, .*"pings": 0 \}\n```\n$/);
  });
});
