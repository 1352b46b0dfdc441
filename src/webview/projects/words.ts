import type { DashboardStatus } from '../../shared/protocol.ts';

/** Characters that a name and a description may have. */
export const maxName = 100;
export const maxDescription = 1_000;

/** Why a name cannot be taken, or null. */
export function nameProblem(name: string): string | null {
  const length = name.trim().length;
  if (length === 0) return 'Give the project a name.';
  return length > maxName ? `A name has at most ${maxName} characters; this one has ${length}.` : null;
}

/** Why a description cannot be taken, or null. */
export function descriptionProblem(description: string): string | null {
  const { length } = description.trim();
  return length > maxDescription
    ? `A description has at most ${maxDescription} characters; this one has ${length}.`
    : null;
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
