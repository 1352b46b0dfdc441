import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The part of the ustar format that a PostgreSQL folder needs: plain files and folders with short names. */
const block = 512;

export function pack(folder: string): Buffer {
  const parts: Buffer[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, full).split(path.sep).join('/');
    if (entry.isDirectory()) parts.push(header(`${name}/`, 0, '5'));
    else if (entry.isFile()) {
      const content = readFileSync(full);
      parts.push(header(name, content.length, '0'), content, Buffer.alloc(padding(content.length)));
    }
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** Writes the files of an archive, which names a folder before what is in it, into `folder`; throws for a name that would leave it. */
export function unpack(archive: Buffer, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let offset = 0; offset + block <= archive.length; ) {
    const name = text(archive, offset, 100);
    if (name === '') return;
    const size = Number.parseInt(text(archive, offset + 124, 12), 8);
    const file = path.join(folder, name);
    if (path.relative(folder, file).startsWith('..')) throw new Error(`${name} leads out of the folder.`);
    offset += block;
    if (name.endsWith('/')) mkdirSync(file, { mode: 0o700 });
    else writeFileSync(file, archive.subarray(offset, offset + size), { mode: 0o600 });
    offset += size + padding(size);
  }
}

function header(name: string, size: number, type: '0' | '5'): Buffer {
  const bytes = Buffer.alloc(block);
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long for the archive.`);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  bytes.write(name, 0);
  bytes.write(octal(type === '5' ? 0o700 : 0o600, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(0, 12), 136);
  bytes.write('        ', 148);
  bytes.write(type, 156);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(octal(sum, 7), 148);
  return bytes;
}

function padding(size: number): number {
  return (block - (size % block)) % block;
}

function text(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end === -1 || end > start + length ? start + length : end);
}
