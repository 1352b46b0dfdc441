/** Why the backend cannot serve a folder; also its exit code, by which the extension knows it. */
export const exitCodes = {
  failed: 1,
  usage: 2,
  dataFolderInUse: 10,
  dataFolderDamaged: 11,
  portInUse: 12,
  dataFolderNewer: 13,
  dataFolderUnusable: 14,
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
