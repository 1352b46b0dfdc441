import type { DashboardStatus } from '../../shared/protocol.ts';
import { longestProjectName } from '../../shared/requests.ts';
import type { ProjectDraft } from './projectDraft.ts';

/** Characters that a description may have. */
const longestDescription = 1_000;

/** Why the name of a draft cannot be taken, or null; one that stays as a script has made it needs no leave. */
export function nameProblem({ id, name, original }: ProjectDraft): string | null {
  if (id !== null && name === original.name) return null;
  const { length } = [...name.trim()];
  return length === 0 ? 'Give the project a name.' : tooLong('name', length, longestProjectName);
}

/** As `nameProblem`, of its description. */
export function descriptionProblem({ description, original }: ProjectDraft): string | null {
  if (description === original.description) return null;
  return tooLong('description', [...description.trim()].length, longestDescription);
}

function tooLong(what: string, length: number, most: number): string | null {
  return length > most ? `A ${what} has at most ${most} characters; this one has ${length}.` : null;
}

const unconnected = 'Projects can be changed once the backend is connected.';

/** Why projects cannot be changed just now, or null when they can. */
export function blockedWords(status: DashboardStatus | null): string | null {
  if (!status) return unconnected;
  switch (status.state) {
    case 'live':
    case 'polling':
    case 'catchingUp':
      return null;
    case 'offline':
      return 'Offline: projects can be changed once the backend can be reached.';
    case 'signedOut':
      return status.backend ? 'Sign in to change projects.' : 'Choose a backend to change projects.';
    case 'setup':
      return 'Projects can be changed once the set-up problem is solved.';
    case 'connecting':
      return unconnected;
    default:
      return status.state satisfies never;
  }
}
