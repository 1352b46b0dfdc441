import assert from 'node:assert/strict';
import { readAnswer, readPasted } from '../../../../src/extension/accounts/signIn/callback.ts';

describe('what a browser comes back with', () => {
  it('is a code with the state that asked for it', () => {
    assert.deepEqual(readAnswer('state=s&windowId=1&code=c', ''), {
      state: 's',
      answer: { kind: 'code', code: 'c' },
    });
  });

  it('is a refusal, from the query or from the fragment', () => {
    const refused = {
      kind: 'refused',
      error: 'access_denied',
      code: 'otp_expired',
      detail: 'Email link is invalid',
    };
    const told = 'error=access_denied&error_code=otp_expired&error_description=Email+link+is+invalid';
    assert.deepEqual(readAnswer(`state=s&${told}`, ''), { state: 's', answer: refused });
    assert.deepEqual(readAnswer('state=s', `${told}&sb=`), { state: 's', answer: refused });
  });

  it('is never a token: those in a fragment may be of anybody', () => {
    assert.equal(readAnswer('state=s', 'access_token=a.b.c&refresh_token=r&type=magiclink'), null);
    assert.equal(readAnswer('state=s', 'code=c'), null);
    assert.equal(readAnswer('state=s&access_token=a.b.c&refresh_token=r', ''), null);
  });

  it('is found in the address of VS Code for the Web', () => {
    const address =
      'http://127.0.0.1:8000/callback?vscode-reqid=1&vscode-scheme=vscode&vscode-path=%2Fauth%2Fcallback&vscode-query=state%253Ds&code=c';
    const pasted = readPasted(address.replace('%253D', '%3D'));
    assert.deepEqual(pasted, { kind: 'answer', state: 's', answer: { kind: 'code', code: 'c' } });
  });
});

describe('what is pasted', () => {
  const code = {
    kind: 'answer',
    state: null,
    answer: { kind: 'code', code: '8f6e1f9e-6a0e-4c57-9c3f-0f4d2f2a9a11' },
  };
  const cases: readonly (readonly [string, unknown])[] = [
    [' 123456 ', { kind: 'digits', digits: '123456' }],
    ['123 456', { kind: 'digits', digits: '123456' }],
    ['1234567890', { kind: 'digits', digits: '1234567890' }],
    ['8f6e1f9e-6a0e-4c57-9c3f-0f4d2f2a9a11\n', code],
    ['vscode://runglass.runglass/auth/callback?code=8f6e1f9e-6a0e-4c57-9c3f-0f4d2f2a9a11', code],
    ['https://site.example/?code=8f6e1f9e-6a0e-4c57-9c3f-0f4d2f2a9a11', code],
    [
      'https://abcd.supabase.co/auth/v1/verify?token=pkce_12ab&type=magiclink&redirect_to=https://x',
      { kind: 'link', type: 'magiclink', tokenHash: 'pkce_12ab' },
    ],
    [
      'https://site.example/auth/confirm?token_hash=pkce_12ab&type=email',
      { kind: 'link', type: 'email', tokenHash: 'pkce_12ab' },
    ],
    ['https://site.example/#access_token=a.b.c&refresh_token=r', null],
    ['https://site.example/', null],
    ['12345', null],
    ['short', null],
    ['', null],
    ['two words', null],
    ['{"access_token":"x"}', null],
    ['x'.repeat(10_000), null],
  ];
  for (const [text, expected] of cases)
    it(`${JSON.stringify(text.slice(0, 60))} is ${expected ? JSON.stringify(expected).slice(0, 60) : 'nothing'}`, () => {
      assert.deepEqual(readPasted(text), expected);
    });
});
