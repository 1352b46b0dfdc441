import { type EventKind, kindOf, kindsAboutFiles, type Reporting } from '../../../shared/activity.ts';

export interface PolicyInputs {
  /** Whether events may go to the chosen backend; null while there is none, or nobody is signed in. */
  readonly agreed: boolean | null;
  readonly enabled: boolean;
  readonly paused: boolean;
  /** The kinds that are switched on. */
  readonly kinds: ReadonlySet<EventKind>;
  /** A folder that is never reported is open, or it is not known yet whether one is. */
  readonly excluded: boolean;
  /** The user trusts the workspace. */
  readonly trusted: boolean;
}

/** What this window reports, and why. */
export interface Policy {
  readonly reporting: Reporting;
  /** Kinds of events that are reported; none unless `reporting` is `on`. */
  readonly kinds: ReadonlySet<EventKind>;
}

export const nothing: Policy = { reporting: 'off', kinds: new Set() };

/** Decides what is reported: the one place where the settings, the user's consent, trust and open folders meet. */
export function policyOf(inputs: PolicyInputs): Policy {
  const reporting = reportingOf(inputs);
  const { kinds, trusted } = inputs;
  if (reporting !== 'on') return { reporting, kinds: new Set() };
  return { reporting, kinds: new Set([...kinds].filter((kind) => trusted || !kindsAboutFiles.has(kind))) };
}

/** Whether an event of this type is reported, whoever logs it. */
export function passes(policy: Policy, eventType: string): boolean {
  return policy.kinds.has(kindOf(eventType));
}

/** What is forbidden for good is said before what passes by itself, or with Resume. */
function reportingOf({ agreed, enabled, excluded, paused }: PolicyInputs): Reporting {
  if (!enabled || agreed === null) return 'off';
  if (!agreed) return 'notAgreed';
  if (excluded) return 'excluded';
  return paused ? 'paused' : 'on';
}
