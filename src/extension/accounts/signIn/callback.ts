/** What a browser came back with. Tokens in an address are never taken: whoever made it may have put in any. */
export type Answer =
  | { readonly kind: 'code'; readonly code: string }
  | {
      readonly kind: 'refused';
      readonly error: string;
      readonly code: string;
      readonly detail: string;
    };

/** What the user may put in while a sign-in waits. */
export type Pasted =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly state: string | null }
  /** The code of a mail. */
  | { readonly kind: 'digits'; readonly digits: string }
  /** The link of a mail, which need not be opened. */
  | { readonly kind: 'link'; readonly type: string; readonly tokenHash: string };

/** Reads query and fragment of the address that a sign-in came back to; null when they are of something else. */
export function readAnswer(query: string, fragment: string): { answer: Answer; state: string | null } | null {
  const asked = new URLSearchParams(query);
  // Errors also come in the fragment, and of some links nowhere else.
  const told = new URLSearchParams(fragment);
  const read = (name: string) => asked.get(name) ?? told.get(name) ?? '';
  // VS Code for the Web keeps what it is to be called with in an address of its own.
  const state = asked.get('state') ?? new URLSearchParams(asked.get('vscode-query') ?? '').get('state');
  const error = read('error');
  const errorCode = read('error_code');
  if (error || errorCode) {
    const answer = { kind: 'refused', error, code: errorCode, detail: read('error_description') } as const;
    return { answer, state };
  }
  const code = asked.get('code');
  return code ? { answer: { kind: 'code', code }, state } : null;
}

/** Reads a code, the address that the browser ended at, or the link of a mail; null for anything else. */
export function readPasted(text: string): Pasted | null {
  const pasted = text.trim();
  const digits = pasted.replace(/[\s-]/g, '');
  if (/^\d{6,10}$/.test(digits)) return { kind: 'digits', digits };
  if (URL.canParse(pasted)) return readAddress(new URL(pasted));
  const isCode = /^[\w.~-]{8,512}$/.test(pasted);
  return isCode ? { kind: 'answer', answer: { kind: 'code', code: pasted }, state: null } : null;
}

function readAddress({ search, hash, pathname, searchParams }: URL): Pasted | null {
  const token = searchParams.get('token_hash') ?? (pathname.endsWith('/verify') && searchParams.get('token'));
  if (token) return { kind: 'link', type: searchParams.get('type') ?? 'magiclink', tokenHash: token };
  const read = readAnswer(search, hash.slice(1));
  return read && { kind: 'answer', ...read };
}
