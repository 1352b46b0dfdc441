import assert from 'node:assert/strict';
import { readTimes } from '../../../bench/activation/times.ts';

const page = `
## Performance Marks

| What | Duration | Process | Info |
| --- | --- | --- | --- |
| workbench ready | true | [main->renderer] |  |

## Extension Activation Stats

| Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By |
| --- | --- | --- | --- | --- | --- | --- |
| vscode.git | true | 150 | 2 | 0 | * | vscode.git |
| runglass.runglass | false | 31 | 10 | 0 | onStartupFinished | runglass.runglass |

## Raw Perf Marks: renderer
| false | false | 1 | 1 |
`;

describe("VS Code's page of startup performance", () => {
  it('tells how long each extension took to be activated', () => {
    assert.deepEqual(readTimes(page), {
      'vscode.git': { loadCode: 150, callActivate: 2, finishActivate: 0 },
      'runglass.runglass': { loadCode: 31, callActivate: 10, finishActivate: 0 },
    });
  });

  it('tells nothing before it is written', () => {
    assert.deepEqual(readTimes(''), {});
  });
});
