import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../scripts/vscodeHost/project.ts';
import { wrongSettings } from '../../../src/extension/platform/settingShapes.ts';

const manifest: unknown = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));

describe('values of settings', () => {
  const wrong = (values: Readonly<Record<string, unknown>>) => wrongSettings(manifest, (id) => values[id]);

  it('are wrong when they are none that the manifest allows', () => {
    const values = {
      'runglass.statusBar.display': 'loud',
      'runglass.statusBar.metric': null,
      'runglass.runs.stalledAfter': 0,
      'runglass.notifications.enabled': 'yes',
      'runglass.notifications.runs': { failed: 'no' },
      'runglass.notifications.limits': [50, 0],
      'runglass.activity.enabled': 1,
      'runglass.activity.kinds': { windows: true },
      'runglass.activity.excludedWorkspaces': [''],
      'runglass.project': 'p'.repeat(201),
      'runglass.embedded.dataFolder': 'data',
    };
    assert.deepEqual(wrong(values), Object.keys(values));
    assert.deepEqual(wrong({ 'runglass.notifications.limits': 90 }), ['runglass.notifications.limits']);
  });

  it('are right when it allows them, and when there are none', () => {
    assert.deepEqual(wrong({}), []);
    const values = {
      'runglass.statusBar.display': 'text',
      'runglass.runs.stalledAfter': 0.5 + 0.5,
      'runglass.notifications.runs': { failed: false },
      'runglass.notifications.limits': [0.1, 120],
      'runglass.embedded.dataFolder': '/data',
    };
    assert.deepEqual(wrong(values), []);
    for (const odd of [null, 1, {}, { contributes: { configuration: [] } }])
      assert.deepEqual(
        wrongSettings(odd, () => 1),
        [],
      );
  });
});
