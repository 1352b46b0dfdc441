import { type Disposable, DisposableStore } from '../shared/disposable.ts';
import type { Emitter } from '../shared/emitter.ts';
import type { Connection } from './accounts/connection.ts';
import type { Endpoint } from './accounts/types.ts';
import type { Details, DetailsAccount } from './dashboard/details.ts';
import type { Admission } from './doctor/admission.ts';
import type { Doctor } from './doctor/doctor.ts';
import type { DoctorCommands } from './doctor/doctorCommands.ts';
import { systemClock as clock } from './platform/clock.ts';
import type { Log, Sync } from './sync/types.ts';

export interface DiagnosticsOptions {
  readonly connection: Connection;
  /** The engine of the moment, or null. */
  readonly sync: () => Sync | null;
  /** Null while nobody is signed in. */
  readonly account: () => DetailsAccount | null;
  /** Opens the sheet that shows it all. */
  readonly show: () => void;
  /** Of this extension. */
  readonly version: string;
  readonly createLog: (name: string) => Log;
  readonly createEmitter: () => Emitter<void>;
}

const createProbe = async (endpoint: Endpoint) => (await import('./sync.ts')).createProbe(endpoint);

/** The details of sync and the Doctor, each loaded when somebody looks at it for the first time. */
export class Diagnostics implements Disposable {
  readonly #options: DiagnosticsOptions;
  readonly #disposables = new DisposableStore();
  #details: Promise<Details> | null = null;
  #doctor: Promise<Doctor> | null = null;

  constructor(options: DiagnosticsOptions) {
    this.#options = options;
  }

  details(): Promise<Details> {
    this.#details ??= this.#loadDetails();
    return this.#details;
  }

  async commands(): Promise<DoctorCommands> {
    const { DoctorCommands } = await import('./doctor/doctorCommands.ts');
    const { show, version, sync, createLog } = this.#options;
    return new DoctorCommands({ doctor: await this.#load(), show, version, sync, log: createLog('doctor') });
  }

  /** What is examined of a backend before anybody signs in to it. */
  async admission(): Promise<Admission> {
    const { Admission } = await import('./doctor/admission.ts');
    return new Admission(createProbe);
  }

  dispose(): void {
    this.#disposables.dispose();
  }

  #load(): Promise<Doctor> {
    this.#doctor ??= this.#loadDoctor();
    return this.#doctor;
  }

  async #loadDetails(): Promise<Details> {
    const [{ Details }, doctor] = await Promise.all([import('./dashboard/details.ts'), this.#load()]);
    const { sync, account, createLog, createEmitter } = this.#options;
    return this.#disposables.add(
      new Details({
        ...{ sync, account, doctor, clock },
        changed: createEmitter(),
        log: createLog('sync'),
      }),
    );
  }

  async #loadDoctor(): Promise<Doctor> {
    const { Doctor } = await import('./doctor/doctor.ts');
    const { connection, createEmitter } = this.#options;
    return this.#disposables.add(
      new Doctor({
        connection,
        createProbe,
        clock,
        random: Math.random,
        changed: createEmitter(),
      }),
    );
  }
}
