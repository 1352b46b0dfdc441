import assert from 'node:assert/strict';
import { checkPublishableKey, labelOf, normalizeUrl } from '../../../src/extension/accounts/address.ts';
import {
  completeSignIn,
  decodeSelect,
  decodeSignIn,
} from '../../../src/extension/accounts/signIn/signInInput.ts';

const complete = {
  ...{
    url: 'https://x.example.co',
    publishableKey: 'k',
    email: 'a@b.c',
    password: ' spaces count ',
    consent: false,
  },
};

describe('the argument of Sign In', () => {
  it('may be missing, partial or complete', () => {
    assert.equal(decodeSignIn(undefined)?.url, '');
    assert.equal(decodeSignIn({ email: ' a@b.c ' })?.email, 'a@b.c');
    const input = decodeSignIn(complete);
    assert.ok(input);
    assert.deepEqual(completeSignIn(input), complete);
  });

  it('leaves the form to ask for what is missing, consent included', () => {
    for (const name of Object.keys(complete)) {
      const input = decodeSignIn({ ...complete, [name]: undefined });
      assert.equal(input && completeSignIn(input), null, name);
    }
  });

  it('is refused when it is something else', () => {
    for (const nonsense of [1, '', true, [], { url: 1 }, { consent: 'no' }, { password: {} }])
      assert.equal(decodeSignIn(nonsense), null);
    for (const nonsense of [null, 1, [], {}, { kind: 'remote' }, { kind: 'disk' }])
      assert.equal(decodeSelect(nonsense), null);
  });
});

describe('the URL of a backend', () => {
  it('is taken as people paste it', () => {
    assert.equal(normalizeUrl('  https://abcd.supabase.co/ '), 'https://abcd.supabase.co');
    assert.equal(normalizeUrl('HTTP://LOCALHOST:54321'), 'http://localhost:54321');
    assert.equal(normalizeUrl('https://host/base//'), 'https://host/base');
    assert.equal(normalizeUrl('https://host/?a=1#b'), 'https://host');
    assert.equal(normalizeUrl('https://host/rest/v1/'), 'https://host');
    assert.equal(labelOf('http://127.0.0.1:54321'), '127.0.0.1:54321');
  });

  it('is refused when it is none, or carries a password', () => {
    for (const text of [
      '',
      'abcd.supabase.co',
      'ftp://x',
      'javascript:alert(1)',
      'https://',
      'https://u:p@host',
    ])
      assert.equal(normalizeUrl(text), null, text);
  });
});

describe('the key of a project', () => {
  const jwt = (role: string) => `e30.${Buffer.from(JSON.stringify({ role })).toString('base64url')}.x`;

  it('is the publishable one, or the anon one of older projects', () => {
    for (const key of ['sb_publishable_abc', jwt('anon'), 'a.b.c'])
      assert.equal(checkPublishableKey(key), null, key);
  });

  it('is refused when it is a secret one, in its new or its older form', () => {
    for (const key of ['sb_secret_abc', jwt('service_role')])
      assert.equal(checkPublishableKey(key)?.reason, 'secretKey', key);
  });

  it('is refused when no request could carry it', () => {
    for (const key of ['', 'sb_publishable_…', 'two words', 'two\nlines'])
      assert.equal(checkPublishableKey(key)?.reason, 'badKey', key);
  });
});
