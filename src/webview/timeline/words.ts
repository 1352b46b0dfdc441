import { clip, type Formats } from '../../shared/format.ts';
import { plain } from '../../shared/names.ts';
import { runState } from '../../shared/runs.ts';
import { runLooks } from '../components/RunStatus.tsx';
import { eventWords, type Words } from './eventWords.ts';
import type { Part } from './groups.ts';
import type { EventMoment, RunMoment } from './moments.ts';

/** Names of runs that a row of several shows at most. */
const maxNames = 5;

/** One row in words; `parts` tell the same. */
export function partsWords(parts: readonly [Part, ...Part[]], formats: Formats): Words {
  const [{ moment }] = parts;
  if (moment.kind === 'run') return runWords(moment, parts, formats);
  const rest = parts.slice(1).map((part) => (part.moment as EventMoment).event);
  return eventWords([moment.event, ...rest], formats);
}

function runWords({ run, end }: RunMoment, parts: readonly Part[], formats: Formats): Words {
  const state = end ? runState(run, 0) : 'running';
  const { icon, tone } = runLooks[state];
  const rest = end ? plain(run.status).toLowerCase() : 'started';
  const words = { icon, tone: end ? `tone-${tone}` : '', subject: null };
  if (parts.length === 1) return { ...words, verb: `Run ${rest}`, detail: null };
  const names = parts.slice(0, maxNames).map(({ moment }) => clip((moment as RunMoment).run.name, 60));
  const detail = `${names.join(', ')}${parts.length > maxNames ? ', …' : ''}`;
  return { ...words, verb: `${formats.number(parts.length)} runs ${rest}`, detail };
}

/** How an event of this window stands that the database has not brought back yet. */
export const standings = {
  waiting: { icon: 'clock', words: 'Not sent yet', tone: 'tone-quiet' },
  sent: { icon: 'clock', words: 'Sent', tone: 'tone-quiet' },
  refused: { icon: 'error', words: 'Refused by the backend', tone: 'tone-bad' },
} as const;
