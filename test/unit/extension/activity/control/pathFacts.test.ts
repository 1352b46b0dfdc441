import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Uri } from 'vscode';
import { hashOf, PathFacts } from '../../../../../src/extension/activity/control/pathFacts.ts';
import type { PathDetail } from '../../../../../src/extension/platform/config.ts';
import { LineLog, SharedSecret, settle } from '../../support/doubles.ts';

const file = (path: string) => ({ path, toString: () => `file://${path}` }) as Uri;
const inside = file('/data/project/src/train.py');

function create(detail: PathDetail, secret = new SharedSecret(), store = secret.open()) {
  const log = new LineLog();
  const relativePath = ({ path }: Uri) =>
    path.startsWith('/data/project/') ? path.slice('/data/project/'.length) : null;
  return { facts: new PathFacts({ detail: () => detail, relativePath, secret: store, log }), secret, log };
}

async function hashing(secret?: SharedSecret) {
  const made = create('hashed', secret);
  made.facts.prepare();
  await known();
  return made;
}

/** The key is read, made when there is none, and read again, each in a turn of its own. */
async function known(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await settle();
}

describe('what events tell of paths', () => {
  it('is nothing by default, and makes no key', async () => {
    const { facts, secret } = create('none');
    facts.prepare();
    await settle();
    assert.deepEqual([facts.of(inside), secret.value], [{}, null]);
  });

  it('is the path below its folder when the user chose so, and nothing outside of any or of a monstrous one', () => {
    const { facts } = create('relative');
    assert.deepEqual(facts.of(inside), { path: 'src/train.py' });
    assert.deepEqual(facts.of(file('/etc/passwd')), {});
    assert.deepEqual(facts.of(file('/data/project/')), {});
    assert.deepEqual(facts.of(file(`/data/project/${'x'.repeat(1_001)}`)), {});
    assert.deepEqual(facts.of(file('/data/project/a\ud800😀')), { path: 'a\ufffd😀' });
  });

  it('is a code that is the same for a file in every window and start, another for every other, and no name', async () => {
    const { facts, secret } = await hashing();
    const { path_hash: code } = facts.of(inside);
    assert.match(code ?? '', /^[\w-]{16}$/);
    assert.deepEqual(facts.of(inside), { path_hash: code });
    assert.deepEqual((await hashing(secret)).facts.of(inside), { path_hash: code });
    assert.notEqual(facts.of(file('/data/project/src/train2.py')).path_hash, code);
    assert.notEqual(facts.of(file('/data/project/lib/train.py')).path_hash, code);
    assert.deepEqual(facts.of(file('/etc/passwd')), {});
    // On another machine the same file has another code.
    assert.notEqual((await hashing()).facts.of(inside).path_hash, code);
    assert.notEqual(hashOf(inside.toString(), randomBytes(32)), code);
  });

  it('is nothing while the key is not known, and when there is no place to keep it, which the log says', async () => {
    const early = create('hashed');
    assert.deepEqual(early.facts.of(inside), {});
    await known();
    assert.ok(early.facts.of(inside).path_hash);
    const secret = new SharedSecret();
    const locked = { ...secret.open(), read: () => Promise.reject(new Error('no keyring')) };
    const { facts, log } = create('hashed', secret, locked);
    facts.prepare();
    await known();
    assert.deepEqual(facts.of(inside), {});
    assert.match(log.lines.join(), /no keyring/);
  });

  it('follows the key that is kept when two windows make one', async () => {
    const { facts, secret } = await hashing();
    const mine = facts.of(inside).path_hash;
    const other = secret.open();
    await other.write(randomBytes(32).toString('base64'));
    assert.deepEqual(facts.of(inside), {});
    await known();
    const theirs = facts.of(inside).path_hash;
    assert.ok(theirs && theirs !== mine);
    await other.write('damaged');
    facts.of(inside);
    await known();
    assert.ok(facts.of(inside).path_hash);
    assert.notEqual(secret.value, 'damaged');
  });

  it('stops listening for the key', async () => {
    const { facts, secret } = await hashing();
    facts.dispose();
    assert.equal(secret.listenerCount, 0);
  });
});
