/** Why the backend cannot serve a folder; also its exit code, by which the extension knows it. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  dataFolderInUse: 10,
  dataFolderDamaged: 11,
  portInUse: 12,
  dataFolderNewer: 13,
  dataFolderUnusable: 14,
  diskFull: 15,
  backendUnresponsive: 16,
} as const;
export type FailureReason = keyof typeof exitCodes;

/** An expected failure; its message is one sentence for people that says what to do. */
export class BackendFailure extends Error {
  override readonly name = 'BackendFailure';
  readonly reason: FailureReason;

  constructor(reason: FailureReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Codes of the system and of PostgreSQL. */
const reasons: Readonly<Record<string, FailureReason>> = {
  ENOSPC: 'diskFull',
  EDQUOT: 'diskFull',
  '53100': 'diskFull',
  EROFS: 'dataFolderUnusable',
  EACCES: 'dataFolderUnusable',
  EPERM: 'dataFolderUnusable',
};

/** What a disk that takes nothing makes of whatever was being done when it was found out; else the error itself. */
export function explained(error: unknown, folder: string): unknown {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const reason = 'code' in cause && typeof cause.code === 'string' ? reasons[cause.code] : undefined;
    if (reason === 'diskFull')
      return new BackendFailure(
        reason,
        `The disk of the data folder ${folder} is full; make room on it.`,
        error,
      );
    if (reason)
      return new BackendFailure(
        reason,
        `The data folder ${folder} cannot be written to: ${cause.message}`,
        error,
      );
  }
  return error;
}
