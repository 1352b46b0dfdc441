import assert from 'node:assert/strict';
import { maxFoundSize, readFound } from '../../../src/extension/accounts/backends/foundFile.ts';

const url = 'https://abcd.supabase.co';
const key = 'sb_publishable_abc';
const jwt = (role: string) => `e30.${Buffer.from(JSON.stringify({ role })).toString('base64url')}.x`;
const reference = (name: string) => `$\{${name}}`;
const env = (text: string) => readFound('app/.env', Buffer.from(text));
const toml = (text: string) => readFound('app/supabase/config.toml', Buffer.from(text));

describe('a backend in an environment file', () => {
  for (const name of [
    'SUPABASE',
    'NEXT_PUBLIC_SUPABASE',
    'VITE_SUPABASE',
    'PUBLIC_SUPABASE',
    'EXPO_PUBLIC_SUPABASE',
    'REACT_APP_SUPABASE',
    'NUXT_PUBLIC_SUPABASE',
  ])
    it(`is found under the names of ${name}`, async () => {
      const published = await env(`${name}_URL=${url}\n${name}_PUBLISHABLE_KEY=${key}`);
      assert.deepEqual([published.url, published.publishableKey, published.notes], [url, key, []]);
      const anon = await env(`${name}_URL=${url}\n${name}_ANON_KEY=${jwt('anon')}`);
      assert.equal(anon.publishableKey, jwt('anon'));
    });

  it('is read as people and tools write it', async () => {
    const texts = [
      `\uFEFFSUPABASE_URL=${url}\r\nSUPABASE_ANON_KEY=${key}\r\n`,
      `# of the project\nexport SUPABASE_URL="${url}" # live\nexport SUPABASE_ANON_KEY='${key}'`,
      `  SUPABASE_URL = ${url}/\n\nSUPABASE_KEY = ${key}  `,
      `REF=abcd\nKEY=${key}\nSUPABASE_URL="https://\${REF}.supabase.co"\nSUPABASE_ANON_KEY=\${KEY}`,
      `SUPABASE_URL=${url}/rest/v1\nSUPABASE_ANON_KEY=${key}\nNEXT_PUBLIC_SUPABASE_URL=https://other.example`,
    ];
    for (const text of texts) {
      const found = await env(text);
      assert.deepEqual([found.url, found.publishableKey], [url, key], text);
    }
  });

  it('never takes a secret key, whatever it is called', async () => {
    for (const secret of ['sb_secret_abc', jwt('service_role')])
      for (const name of ['SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_KEY', 'SUPABASE_ANON_KEY']) {
        const found = await env(`SUPABASE_URL=${url}\n${name}=${secret}`);
        assert.equal(found.publishableKey, '');
        assert.match(found.notes.join(' '), new RegExp(`no publishable.*secret key in ${name} is not taken`));
        assert.ok(!JSON.stringify(found).includes(secret));
      }
    const both = await env(`SUPABASE_URL=${url}\nSUPABASE_KEY=sb_secret_abc\nSUPABASE_ANON_KEY=${key}`);
    assert.equal(both.publishableKey, key);
  });

  it('that refers to itself, or to nothing, ends as no URL', async () => {
    for (const text of [
      '',
      'A=1',
      `SUPABASE_URL=${reference('SUPABASE_URL')}`,
      `SUPABASE_URL=${reference('NOWHERE')}`,
      `SUPABASE_URL=${reference('constructor')}`,
      `SUPABASE_URL=https://${reference('NOWHERE')}.supabase.co`,
      'SUPABASE_URL=db:5432',
    ])
      await assert.rejects(env(text), /app\/\.env names no Supabase URL/);
  });

  it('has the key that belongs to its URL, not that of another one in the file', async () => {
    const other = 'https://other.example';
    const kong = `SUPABASE_URL=http://kong:8000\nVITE_SUPABASE_URL=${url}\nVITE_SUPABASE_ANON_KEY=${key}`;
    const both = `${kong}\nSUPABASE_ANON_KEY=sb_publishable_kong`;
    const lone = `SUPABASE_URL=${url}\nVITE_SUPABASE_URL=${other}\nPUBLIC_SUPABASE_KEY=${key}`;
    const found = [await env(kong), await env(both), await env(lone)];
    assert.deepEqual(
      found.map(({ url: at, publishableKey }) => [at, publishableKey]),
      [
        [url, key],
        ['http://kong:8000', 'sb_publishable_kong'],
        [url, key],
      ],
    );
  });

  it('takes no key that refers to nothing', async () => {
    const found = await env(`SUPABASE_URL=${url}\nSUPABASE_ANON_KEY=${reference('NOWHERE')}`);
    assert.equal(found.publishableKey, '');
  });

  it('is not blown up by references to references', async () => {
    const refer = (name: string) => reference(name).repeat(8_000);
    const text = `SUPABASE_URL=${refer('A')}\nA=${refer('B')}\nB=${refer('C')}\nC=${refer('D')}\nD=${url}\n`;
    await assert.rejects(
      env(`${text}VITE_SUPABASE_URL=${reference('A').repeat(500)}`),
      /names no Supabase URL/,
    );
  });

  it('is refused when it is too large, or no text', async () => {
    await assert.rejects(readFound('.env', Buffer.alloc(maxFoundSize + 1, 'a')), /too large/);
    await assert.rejects(env(`SUPABASE_URL=${url}\n\0`), /no text file/);
  });
});

describe('a backend in supabase/config.toml', () => {
  it('is on this machine, at its port, without a key', async () => {
    const found = await toml('project_id = "shop" # ours\n[api]\nenabled = true\nport = 55321\n');
    assert.deepEqual([found.url, found.publishableKey, found.name], ['http://127.0.0.1:55321', '', 'shop']);
    assert.match(found.notes.join(' '), /supabase status/);
  });

  it('has the defaults of the CLI where it says nothing', async () => {
    for (const text of [
      '',
      '[api]\nport = 0',
      '[api]\nport = 54321.5',
      '[api]\nport = "env(PORT)"',
      'project_id = "env(ID)"',
      'api = 1',
    ])
      assert.deepEqual((({ url, name }) => [url, name])(await toml(text)), ['http://127.0.0.1:54321', '']);
    assert.equal((await toml('[api.tls]\nenabled = true')).url, 'https://127.0.0.1:54321');
    assert.match((await toml('[api]\nenabled = false')).notes[0] ?? '', /switched off/);
  });

  it('is refused when it is no TOML', async () => {
    await assert.rejects(toml('[api\nport ='), /cannot be read as it is written/);
  });
});
