import assert from 'node:assert/strict';
import { type Profile, Profiles, type RemoteProfile } from '../../../src/extension/accounts/profiles.ts';
import { MemoryMemento } from './support/doubles.ts';

const embedded: Profile = { kind: 'embedded', signedOut: false };
const at = (host: string): RemoteProfile => ({
  kind: 'remote',
  url: `https://${host}`,
  publishableKey: 'sb_publishable_x',
  label: host,
});
const remote = at('abcd.example.co');
const other = at('other.example.co');

describe('the choice of a backend', () => {
  it('is that of each workspace, and at first the last one of all', async () => {
    const everywhere = new MemoryMemento();
    const [first, second, third] = [new MemoryMemento(), new MemoryMemento(), new MemoryMemento()];
    await new Profiles(everywhere, first).choose(remote);
    await new Profiles(everywhere, second).choose(embedded);
    assert.deepEqual(new Profiles(everywhere, first).current, remote);
    assert.deepEqual(new Profiles(everywhere, second).current, embedded);
    assert.deepEqual(new Profiles(everywhere, third).current, embedded);
  });

  it('stays what a workspace began with, whatever another one chooses', async () => {
    const everywhere = new MemoryMemento({ 'runglass.profile': remote });
    const workspace = new MemoryMemento();
    const profiles = new Profiles(everywhere, workspace);
    await profiles.stay(remote);
    await new Profiles(everywhere, new MemoryMemento()).choose(other);
    assert.deepEqual(profiles.current, remote);
    await profiles.choose(embedded);
    await profiles.stay(remote);
    assert.deepEqual(profiles.current, embedded);
  });

  it('of the version that knew one backend is carried over, and so is that it was signed out', () => {
    const before = new MemoryMemento({ 'runglass.profile': remote });
    const profiles = new Profiles(before, new MemoryMemento());
    assert.deepEqual([profiles.current, profiles.remotes], [remote, [remote]]);
    const signedOut = { kind: 'embedded', signedOut: true } as const;
    const local = new MemoryMemento({ 'runglass.profile': signedOut });
    assert.deepEqual(new Profiles(local, new MemoryMemento()).current, signedOut);
  });

  it('of the local backend is signed out in all workspaces, or in none', async () => {
    const everywhere = new MemoryMemento();
    const here = new Profiles(everywhere, new MemoryMemento());
    const there = new Profiles(everywhere, new MemoryMemento());
    await here.choose(embedded);
    await there.choose({ kind: 'embedded', signedOut: true });
    assert.deepEqual(here.current, { kind: 'embedded', signedOut: true });
    await here.choose(embedded);
    assert.deepEqual(there.current, embedded);
  });
});

describe('the list of backends', () => {
  it('has each URL once, with the key and the name that it was given last', async () => {
    const workspace = new MemoryMemento();
    const profiles = new Profiles(new MemoryMemento(), workspace);
    await profiles.choose(remote);
    await profiles.save(other);
    await profiles.save({ ...remote, label: 'Work', publishableKey: 'sb_publishable_new' });
    assert.deepEqual(
      profiles.remotes.map(({ label, publishableKey }) => [label, publishableKey]),
      [
        ['Work', 'sb_publishable_new'],
        [other.label, other.publishableKey],
      ],
    );
    assert.deepEqual(profiles.current, { ...remote, label: 'Work', publishableKey: 'sb_publishable_new' });
  });

  it('leaves out what cannot be read, and neither loses it nor the others', async () => {
    const strange = { kind: 'remote', address: 'of a later version' };
    const everywhere = new MemoryMemento({
      'runglass.backends': [strange, remote, null, { ...remote, url: 'x' }],
    });
    const profiles = new Profiles(everywhere, new MemoryMemento());
    assert.deepEqual(profiles.remotes, [remote]);
    await profiles.save(other);
    assert.deepEqual(profiles.remotes, [remote, other]);
    assert.deepEqual((everywhere.get('runglass.backends') as unknown[])[0], strange);
    everywhere.values.set('runglass.backends', 'damaged');
    assert.deepEqual(profiles.remotes, []);
  });

  it('gets the one in use back that the write of another window has lost', async () => {
    const everywhere = new MemoryMemento();
    const profiles = new Profiles(everywhere, new MemoryMemento());
    await profiles.choose(remote);
    everywhere.values.set('runglass.backends', [other]);
    assert.deepEqual(profiles.remotes, [other, remote]);
    await profiles.save(remote);
    assert.deepEqual(new Profiles(everywhere, new MemoryMemento()).remotes, [other, remote]);
  });

  it('forgets a removed one with its consent; a window that has it open still knows what it shows', async () => {
    const everywhere = new MemoryMemento();
    const here = new Profiles(everywhere, new MemoryMemento());
    const there = new Profiles(everywhere, new MemoryMemento());
    await here.choose(remote);
    await there.choose(remote);
    await here.save(other);
    await here.setAgreed(remote, true);
    await here.setAgreed(other, true);
    await here.remove(remote);
    assert.deepEqual([here.current, here.remotes], [null, [other]]);
    assert.deepEqual([here.consentTo(remote), here.consentTo(other)], ['none', 'given']);
    assert.deepEqual([there.current, there.remotes], [remote, [other, remote]]);
  });
});

describe('profiles', () => {
  it('read as none when what is remembered is damaged', () => {
    for (const damaged of [
      undefined,
      null,
      1,
      'embedded',
      {},
      { kind: 'remote' },
      { kind: 'ftp', url: 'x' },
    ]) {
      const memento = new MemoryMemento({ 'runglass.profile': damaged });
      assert.equal(new Profiles(memento, new MemoryMemento()).current, null);
    }
  });

  it('remember consent per backend, no until given', async () => {
    const profiles = new Profiles(new MemoryMemento(), new MemoryMemento());
    assert.deepEqual([profiles.consentTo(embedded), profiles.consentTo(remote)], ['given', 'none']);
    await profiles.setAgreed(remote, true);
    assert.equal(profiles.consentTo(remote), 'given');
    assert.equal(profiles.consentTo({ ...remote, url: 'https://other.example.co' }), 'none');
    await profiles.setAgreed(remote, false);
    assert.equal(profiles.consentTo(remote), 'none');
  });

  it('tell consent to a shorter list from consent, and damaged answers from any', async () => {
    const memento = new MemoryMemento();
    const profiles = new Profiles(memento, new MemoryMemento());
    for (const [answer, consent] of [
      [true, 'outdated'],
      [1, 'outdated'],
      [false, 'none'],
      ['yes', 'none'],
      [null, 'none'],
    ] as const) {
      memento.values.set('runglass.activityConsents', { [remote.url]: answer });
      assert.equal(profiles.consentTo(remote), consent);
    }
    memento.values.set('runglass.activityConsents', 'damaged');
    assert.equal(profiles.consentTo(remote), 'none');
    await profiles.setAgreed(remote, true);
    assert.equal(profiles.consentTo(remote), 'given');
  });
});
