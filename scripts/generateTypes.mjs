// Writes src/shared/database.types.ts, what `supabase gen types` would say about our migrations, from a PGlite
// that they are applied to. `--check` writes nothing and fails when the file is another.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureReady, root } from './bootstrap.mjs';

await ensureReady();
const { PGlite } = await import('@electric-sql/pglite');
const { introspect } = await import('@supabase/postgrest-typegen/introspection');
const { generateTypescript, sortGeneratorMetadata } = await import('@supabase/postgrest-typegen/generation');

const target = path.join(root, 'src/shared/database.types.ts');
const types = await generate();
if (!process.argv.includes('--check')) {
  writeFileSync(target, types);
  console.log('Wrote src/shared/database.types.ts.');
} else if (readCurrent() !== types) {
  console.error('src/shared/database.types.ts does not match supabase/migrations: run "npm run types".');
  process.exitCode = 1;
} else {
  console.log('src/shared/database.types.ts matches supabase/migrations.');
}

async function generate() {
  const database = await PGlite.create();
  try {
    const folder = path.join(root, 'supabase/migrations');
    const files = [
      path.join(root, 'test/support/prelude.sql'),
      ...readdirSync(folder)
        .filter((file) => file.endsWith('.sql'))
        .sort()
        .map((file) => path.join(folder, file)),
    ];
    for (const file of files) await database.exec(readFileSync(file, 'utf8'));
    const metadata = await introspect(
      { query: async (sql) => ({ rows: (await database.query(sql)).rows }) },
      { includedSchemas: ['public'] },
    );
    const body = await generateTypescript(sortGeneratorMetadata(metadata));
    return `// Generated from supabase/migrations by "npm run types"; not edited by hand.\n\n${body.trim()}\n`;
  } finally {
    await database.close();
  }
}

function readCurrent() {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return '';
  }
}
