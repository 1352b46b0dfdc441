import assert from 'node:assert/strict';
import {
  decodeBinary,
  decodeText,
  encode,
  encodeBinaryBroadcast,
} from '../../../src/local/realtime/frames.ts';

describe('phoenix frames', () => {
  it('reads both versions', () => {
    const frame = { joinRef: '1', ref: '2', topic: 't', event: 'e', payload: { a: 1 } };
    assert.deepEqual(decodeText('2.0.0', '["1","2","t","e",{"a":1}]'), frame);
    assert.deepEqual(
      decodeText('1.0.0', '{"topic":"t","event":"e","payload":{"a":1},"ref":"2","join_ref":"1"}'),
      frame,
    );
  });

  it('takes anything else for no frame', () => {
    for (const text of [
      '',
      'null',
      '{}',
      '[]',
      '["1","2",3,"e",{}]',
      '["1","2","t"]',
      '{"topic":"t"}',
      'x',
    ]) {
      assert.equal(decodeText('2.0.0', text), null, text);
      assert.equal(decodeText('1.0.0', text), null, text);
    }
  });

  it('writes both versions; 1.0.0 names a closed join in ref', () => {
    assert.equal(encode('2.0.0', '1', '1', 't', 'phx_close', '{}'), '["1","1","t","phx_close",{}]');
    assert.equal(
      encode('1.0.0', '1', null, 't', 'phx_close', '{}'),
      '{"ref":"1","event":"phx_close","topic":"t","payload":{}}',
    );
    assert.equal(
      encode('1.0.0', '1', '2', 't', 'phx_reply', '{"n":9007199254740993}'),
      '{"ref":"2","event":"phx_reply","topic":"t","payload":{"n":9007199254740993}}',
    );
  });

  it('reads broadcasts in binary, and refuses cut ones', () => {
    const strings = ['1', '22', 'realtime:é', 'hi', ''].map((text) => Buffer.from(text));
    const json = Buffer.from('{"a":1}');
    const bytes = Buffer.concat([
      Buffer.from([3, ...strings.map(({ length }) => length), 1]),
      ...strings,
      json,
    ]);
    assert.deepEqual(decodeBinary(bytes), {
      joinRef: '1',
      ref: '22',
      topic: 'realtime:é',
      event: 'broadcast',
      payload: { type: 'broadcast', event: 'hi', payload: { a: 1 } },
    });
    assert.equal(decodeBinary(bytes.subarray(0, 12)), null);
    assert.equal(decodeBinary(bytes.subarray(0, bytes.length - 1)), null);
    assert.equal(decodeBinary(Buffer.from([9])), null);
    assert.deepEqual([...encodeBinaryBroadcast('t', 'e', Buffer.from([7]))], [4, 1, 1, 0, 0, 116, 101, 7]);
  });
});
