import assert from 'node:assert/strict';
import { backendProtocol, readLeaseLine, readServer } from '../../../src/shared/backendFile.ts';

const file = {
  ...{ pid: 7, port: 1234, url: 'http://127.0.0.1:1234', publishableKey: 'p', secretKey: 's' },
  user: { email: 'e', password: 'p' },
  ...{ version: '1.2.0', protocol: backendProtocol, startedAt: '2026-01-01T00:00:00Z' },
};
const kindOf = (content: unknown, own = '1.2.0') => readServer(JSON.stringify(content), own).kind;

describe('backend.json', () => {
  it('is of ours when version and protocol fit, or a newer one speaks our protocol', () => {
    assert.deepEqual(readServer(JSON.stringify(file), '1.2.0'), { kind: 'ours', file });
    assert.equal(kindOf({ ...file, version: '1.3.0', more: 1 }), 'ours');
  });

  it('is of a newer one when that speaks another', () => {
    assert.equal(kindOf({ ...file, version: '1.3.0', protocol: backendProtocol + 1 }), 'newer');
    assert.equal(kindOf({ version: '1.3.0' }), 'newer');
  });

  it('is of an older one with as little as the way to stop it', () => {
    const { pid, port, secretKey } = file;
    assert.equal(kindOf({ ...file, version: '1.2.0-rc.1' }), 'older');
    assert.equal(kindOf({ ...file, version: '1.1.0', protocol: 0 }), 'older');
    assert.deepEqual(readServer(JSON.stringify({ pid, port, secretKey }), '1.2.0'), {
      ...{ kind: 'older', version: '', door: { pid, port, secretKey } },
    });
  });

  it('is unknown when it is anything else', () => {
    for (const content of [null, [], 1, {}, { version: 3 }, { version: '1.2.0' }, { ...file, pid: 'x' }])
      assert.equal(kindOf(content), 'unknown', JSON.stringify(content));
    assert.equal(readServer('{', '1.2.0').kind, 'unknown');
  });
});

describe('a line of a lease', () => {
  it('is read, or null', () => {
    assert.deepEqual(readLeaseLine('{"pid":7,"replacedBy":"2.0.0"}'), { pid: 7, replacedBy: '2.0.0' });
    for (const text of ['', '7', '{"pid":"7"}']) assert.equal(readLeaseLine(text), null);
  });
});
