import * as v from 'valibot';
import type { ModelRow } from '../../shared/model.ts';
import type { RowPlace } from '../../shared/requests.ts';
import type { Log } from '../sync/types.ts';
import { readAnswer, readRows } from './answers.ts';
import { answerOf } from './client.ts';
import { createPatientAsUser, type UserCallerOptions } from './userCaller.ts';

/** Models as the database has them now, newest first; `next` is null when nothing is older. */
export interface ModelPage {
  readonly models: readonly ModelRow[];
  readonly next: RowPlace | null;
}

/** What is read of one user's models beside the rows that are held; rejects with `RunglassError`. */
export interface ModelAccess {
  /** Models that were created before a place. */
  older(before: RowPlace): Promise<ModelPage>;
}

export interface ModelAccessOptions extends UserCallerOptions {
  readonly log: Log;
}

const pageSize = 100;
const placesSchema = v.array(v.looseObject({ id: v.string(), created_at: v.string() }));

/** Throws `badUrl`. */
export function createModelAccess({ log, ...options }: ModelAccessOptions): ModelAccess {
  const asUser = createPatientAsUser(options);
  return {
    older: async ({ at, id }) => {
      const answer = await asUser((client) => {
        // In double quotes, as PostgREST escapes them.
        const time = JSON.stringify(at);
        const before = `created_at.lt.${time},and(created_at.eq.${time},id.lt.${id})`;
        const newest = { ascending: false };
        const query = client.from('models').select('*').eq('user_id', options.userId).or(before);
        return answerOf(
          'models',
          query
            .order('created_at', newest)
            .order('id', newest)
            .limit(pageSize + 1),
        );
      });
      const rows = readAnswer('models', placesSchema, answer);
      const page = rows.slice(0, pageSize);
      const last = rows.length > pageSize ? page.at(-1) : undefined;
      return {
        models: readRows('models', page, log),
        next: last ? { at: last.created_at, id: last.id } : null,
      };
    },
  };
}
