import assert from 'node:assert/strict';
import { createLog, describeError } from '../../../src/extension/platform/log.ts';
import { LineLog } from './support/doubles.ts';

describe('the log', () => {
  it('names the component and hides tokens, keys and passwords', () => {
    const output = new LineLog();
    const log = createLog(output, 'session');
    const secrets = [
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl',
      'sb_secret_A1b2C3d4E5',
      'hunter2-very-secret',
      'v4.local.opaque-token',
    ];
    log.warn(`apikey=${secrets[1]} authorization: Bearer ${secrets[3]}`);
    log.error(`{"access_token":"${secrets[0]}","password":"${secrets[2]}"}`);
    log.warn(`proxy http://me:${secrets[2]}@localhost:3128 refused`);
    log.info(`token ${secrets[0]} and url ws://127.0.0.1:1/?apikey=${secrets[1]}&vsn=2.0.0`);
    const text = output.lines.join('\n');
    for (const secret of secrets) assert.ok(!text.includes(secret), secret);
    assert.ok(output.lines.every((line) => line.startsWith('[session] ')));
    assert.match(text, /vsn=2\.0\.0/);
  });

  it('describes an error with its causes', () => {
    const error = new Error('sign-in failed', { cause: new Error('ECONNREFUSED') });
    assert.equal(describeError(error), 'sign-in failed (ECONNREFUSED)');
  });
});
