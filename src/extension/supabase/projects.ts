import * as v from 'valibot';
import type { NewProject, ProjectFields } from '../../shared/requests.ts';
import { RunglassError } from '../../shared/status.ts';
import { readAnswer } from './answers.ts';
import { answerOf } from './client.ts';
import { createPatientAsUser, type UserCallerOptions } from './userCaller.ts';

/** What is written of one user's projects; rejects with `RunglassError`, `notAllowed` when a constraint is broken. */
export interface ProjectAccess {
  /** Changes nothing when a project of that id is there. */
  create(fields: NewProject): Promise<void>;
  /** Rejects with `notFound` without such a project. */
  update(id: string, fields: ProjectFields): Promise<void>;
}

const rowsSchema = v.array(v.object({ id: v.string() }));
/** How Postgres says that a row breaks a constraint, with its SQLSTATE as errors.ts puts it at the end. */
const broken = /constraint "([^"]+)".* \(23[0-9A-Z]{3}\)$/s;

/** Throws `badUrl`. */
export function createProjectAccess(options: UserCallerOptions): ProjectAccess {
  const asUser = createPatientAsUser(options);

  const write = async (
    request: Parameters<typeof asUser<unknown>>[0],
  ): Promise<readonly { id: string }[]> => {
    try {
      return readAnswer('projects', rowsSchema, await asUser(request));
    } catch (error) {
      throw withRule(error);
    }
  };

  return {
    create: async (fields) => {
      const once = { onConflict: 'id', ignoreDuplicates: true };
      await write((client) =>
        answerOf('projects', client.from('projects').upsert(fields, once).select('id')),
      );
    },
    update: async (id, fields) => {
      const [row] = await write((client) =>
        answerOf('projects', client.from('projects').update(fields).eq('id', id).select('id')),
      );
      if (!row) throw new RunglassError({ reason: 'notFound', detail: `There is no project ${id}.` });
    },
  };
}

/** The refusal of a row as `notAllowed`, which names the constraint; anything else as it is. */
function withRule(error: unknown): unknown {
  if (!(error instanceof RunglassError) || error.problem.reason !== 'server') return error;
  const { detail } = error.problem;
  const rule = broken.exec(detail)?.[1];
  if (rule === undefined) return error;
  return new RunglassError({ reason: 'notAllowed', rule, detail }, error);
}
