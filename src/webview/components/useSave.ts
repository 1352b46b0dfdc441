import { useEffect, useState } from 'preact/hooks';
import { useDashboard } from '../context.ts';
import { Refused } from '../state/requests.ts';

export interface File {
  readonly name: string;
  readonly content: string | ArrayBuffer;
}

/** How the last file that was asked for stands. */
export interface Saving {
  /** Which of those that one may save here; null before the first. */
  readonly which: string | null;
  readonly state: 'idle' | 'saving' | 'saved';
  /** Why it was not saved, in words. */
  readonly problem: string | null;
}

/** How long a button says that its file was saved, ms. */
const savedFor = 2_000;

/** Saves files where the user says, one at a time. `take` makes one, with the server's time in ms since 1970. */
export function useSave(): [
  saving: Saving,
  save: (which: string, take: (now: number) => File | Promise<File>) => Promise<void>,
] {
  const { requests, clock, actions } = useDashboard();
  const [saving, setSaving] = useState<Saving>({ which: null, state: 'idle', problem: null });
  useEffect(() => {
    if (saving.state !== 'saved') return;
    const timer = setTimeout(() => setSaving({ ...saving, state: 'idle' }), savedFor);
    return () => clearTimeout(timer);
  }, [saving]);
  return [
    saving,
    async (which, take) => {
      if (saving.state === 'saving') return;
      setSaving({ which, state: 'saving', problem: null });
      try {
        const { saved } = await requests.ask('saveFile', await take(clock.minute.peek()));
        setSaving({ which, state: saved ? 'saved' : 'idle', problem: null });
      } catch (error) {
        if (!(error instanceof Refused)) actions.report('Save', error);
        setSaving({ which, state: 'idle', problem: error instanceof Error ? error.message : String(error) });
      }
    },
  ];
}
