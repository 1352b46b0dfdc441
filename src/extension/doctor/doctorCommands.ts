import * as vscode from 'vscode';
import type { DoctorReport } from '../../shared/doctor.ts';
import { t } from '../../shared/l10n.ts';
import { showDone } from '../platform/showDone.ts';
import type { Log, Sync } from '../sync/types.ts';
import type { Doctor } from './doctor.ts';
import { reportText } from './reportText.ts';

export interface DoctorCommandsOptions {
  readonly doctor: Doctor;
  /** Opens what shows the report. */
  readonly show: () => void;
  /** The version of this extension. */
  readonly version: string;
  /** Null while no engine is open. */
  readonly sync: () => Sync | null;
  readonly log: Log;
}

/** The commands that run the Doctor and hand its report on. */
export class DoctorCommands {
  readonly #options: DoctorCommandsOptions;

  constructor(options: DoctorCommandsOptions) {
    this.#options = options;
  }

  /** Examines the backend, shows how it goes on, and writes the report into the log; answers it. */
  readonly runDoctor = async (): Promise<DoctorReport> => {
    const { doctor, show, log } = this.#options;
    show();
    const report = await doctor.run();
    log.info(this.#textOf(report));
    return report;
  };

  /** Puts the last report into the clipboard, after an examination when there is none that has ended. */
  readonly copyDoctorReport = async (): Promise<void> => {
    const { doctor } = this.#options;
    const report = doctor.report?.finishedAt ? doctor.report : await doctor.run();
    await vscode.env.clipboard.writeText(this.#textOf(report));
    showDone(t('Runglass: the report is copied.'));
  };

  #textOf(report: DoctorReport): string {
    const { version, sync } = this.#options;
    const remote = vscode.env.remoteName ? ` (${vscode.env.remoteName})` : '';
    const versions = [
      `Runglass ${version}`,
      `${vscode.env.appName} ${vscode.version}${remote}`,
      `${process.platform} ${process.arch}`,
      `Node ${process.versions.node}`,
    ];
    const engine = sync();
    const state = engine && { ...engine.status, counters: engine.counters };
    return reportText(report, { versions, sync: state });
  }
}
