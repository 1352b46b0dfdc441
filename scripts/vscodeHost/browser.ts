import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { canInstallPackages, installPackages } from './debian.ts';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Path of an installed Chromium or Chrome, `CHROMIUM` first; on Debian as root one is installed when there is none.
 * Throws one sentence with the fix when there is none in the end.
 */
export function ensureChromium(log: (line: string) => void = console.log): string {
  const named = process.env.CHROMIUM;
  if (named && !existsSync(named)) throw new Error(`CHROMIUM names ${named}, which does not exist.`);
  const found = named ?? findChromium();
  if (found) return found;
  if (canInstallPackages()) {
    log('Installing Chromium with apt-get (113 MB) …');
    installPackages(['chromium']);
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error(
    'These tests need Chromium or Google Chrome: install one (Debian: "apt-get install chromium"), or set CHROMIUM to its path.',
  );
}

/** Starts a headless browser that can reach this machine only: every other name fails to resolve. */
export function openBrowser(extra: readonly string[] = []): Promise<Browser> {
  const args = [
    ...extra,
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
    '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
  ];
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  // A start takes a second, and half a minute where others have the processors.
  return chromium.launch({ executablePath: ensureChromium(), headless: true, args, timeout: 80_000 });
}

function findChromium(): string | undefined {
  return usualPlaces.find((file) => existsSync(file));
}
