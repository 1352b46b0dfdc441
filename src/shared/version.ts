import { version as text } from '../../package.json';

/** Of this build of Runglass, extension and backend alike. */
export const version: string = text;
