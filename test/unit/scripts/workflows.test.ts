import assert from 'node:assert/strict';
import { workflowFaults } from '../../../scripts/workflows/lint.ts';

const commit = 'a'.repeat(40);
const good = `on: push
permissions:
  contents: read
jobs:
  test:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@${commit} # v7.0.1
        with:
          persist-credentials: false
      - run: npm test
`;

describe('what is wrong with a workflow', function () {
  this.timeout(30_000);

  const faultsOf = (text: string) => workflowFaults(text, '.github/workflows/some.yml');

  it('is nothing when it is right', async () => {
    assert.deepEqual(await faultsOf(good), []);
  });

  for (const [what, broken, expected] of [
    [
      'a key that there is none of',
      good.replace('runs-on', 'run-on'),
      /some\.yml:5:3: .*"runs-on" section is missing/,
    ],
    [
      'a job that it waits for and has not',
      good.replace('    steps', '    needs: build\n    steps'),
      /"build"/,
    ],
    [
      'words of a stranger in a command',
      good.replace('npm test', '$' + '{{ github.head_ref }}'),
      /untrusted/,
    ],
    ['an action by its tag', good.replace(commit, 'v7'), /some\.yml:8: actions\/checkout@v7 is not pinned/],
    ['an action whose version is not told', good.replace(' # v7.0.1', ''), /:8: .* is not pinned/],
    [
      'a token that stays',
      good.replace('persist-credentials: false', 'fetch-depth: 1'),
      /:8: .*leaves its token/,
    ],
    [
      'all permissions',
      good.replace('permissions:\n  contents: read\n', ''),
      /some\.yml: its jobs have all permissions/,
    ],
  ] as const)
    it(`is ${what}`, async () => {
      assert.match((await faultsOf(broken)).join('\n'), expected);
    });
});
