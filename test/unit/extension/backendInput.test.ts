import assert from 'node:assert/strict';
import {
  isReadableOnTheWay,
  placeOf,
  projectRefOf,
  shortKey,
} from '../../../src/extension/accounts/address.ts';
import {
  cleanName,
  decodeAdd,
  decodeRemove,
  decodeRename,
} from '../../../src/extension/accounts/backends/backendInput.ts';
import { Profiles } from '../../../src/extension/accounts/profiles.ts';
import { MemoryMemento } from './support/doubles.ts';

describe('the address of a backend', () => {
  it('says whose machine it is on', () => {
    for (const url of ['http://127.0.0.1:54321', 'http://localhost', 'https://a.localhost', 'http://[::1]:1'])
      assert.equal(placeOf(url), 'thisMachine', url);
    assert.equal(placeOf('https://abcdefghijklmnopqrst.supabase.co'), 'hosted');
    for (const url of ['https://supabase.example.com', 'https://supabase.co.evil.example', 'http://10.0.0.1'])
      assert.equal(placeOf(url), 'selfHosted', url);
  });

  it('names the hosted project, and no other', () => {
    assert.equal(projectRefOf('https://abcdefghijklmnopqrst.supabase.co'), 'abcdefghijklmnopqrst');
    for (const url of ['https://short.supabase.co', 'https://abcdefghijklmnopqrst.supabase.co.example'])
      assert.equal(projectRefOf(url), null);
  });

  it('says whether others can read along', () => {
    assert.ok(isReadableOnTheWay('http://10.0.0.1:8000'));
    for (const url of ['https://10.0.0.1', 'http://127.0.0.1:8000', 'http://localhost:8000'])
      assert.ok(!isReadableOnTheWay(url), url);
  });
});

describe('the arguments of the commands about backends', () => {
  const profiles = new Profiles(new MemoryMemento(), new MemoryMemento());
  const profile = {
    kind: 'remote',
    url: 'https://a.example',
    publishableKey: 'k',
    label: 'a.example',
  } as const;
  before(() => profiles.save(profile));

  it('are taken as people write them', () => {
    assert.deepEqual(decodeAdd({ url: ' https://b.example ' }), {
      url: 'https://b.example',
      publishableKey: '',
      name: '',
    });
    assert.deepEqual(decodeRename({ url: 'https://a.example/', name: ' Work ' }, profiles), {
      profile,
      name: 'Work',
    });
    for (const argument of ['https://a.example', { url: 'https://A.example/' }])
      assert.deepEqual(decodeRemove(argument, profiles), profile);
  });

  it('are refused when they are something else, or name no backend', () => {
    for (const nonsense of [null, 1, [], {}, { url: 1 }, 'https://b.example', { url: 'https://b.example' }]) {
      assert.equal(decodeRename(nonsense, profiles), null);
      assert.equal(decodeRemove(nonsense, profiles), null);
    }
    for (const name of [' ', '\u200b', '\u202e \0'])
      assert.equal(decodeRename({ url: 'https://a.example', name }, profiles), null);
    for (const nonsense of [null, 1, 'x', [], {}]) assert.equal(decodeAdd(nonsense), null);
  });
});

describe('the name of a backend', () => {
  it('is one line that draws no icon and is no link', () => {
    assert.equal(cleanName('  Work \n $(trash) '), 'Work (trash)');
    assert.equal(cleanName('[x](command:y)'), '[x] (command:y)');
    assert.equal(
      cleanName('[x]\u2069(command:y) $\u200b(trash)'),
      '[x] (command:y) (trash)',
      'nor of what is taken out',
    );
    assert.equal(cleanName('x'.repeat(200)).length, 60);
  });
});

describe('a key as it is shown', () => {
  it('is cut when it is long', () => {
    assert.equal(shortKey('sb_publishable_0123456789abcdefghijklmnop'), 'sb_publishable_012…mnop');
    assert.equal(shortKey('short'), 'short');
  });
});
