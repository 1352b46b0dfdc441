/**
 * What clients may take of the backend, far above what windows and scripts need. Whoever goes beyond is refused, and what is
 * connected is served on; what is counted over all clients keeps out new ones. docs/EMBEDDED.md names them.
 */
export const httpLimits = {
  /** Open connections of all kinds; more are closed at once. */
  connections: 4_000,
  /** Requests that wait for the database; those that are still being read are bounded by connections and bodies. */
  requests: 300,
  /** Bytes of one body. */
  body: 16 * 1024 * 1024,
  /** Bytes of one body that is CSV or a form, which are read a character at a time. */
  fields: 2 * 1024 * 1024,
  /** Bytes of the bodies of all requests. */
  bodies: 64 * 1024 * 1024,
  /** How deep arrays and objects of a body or a frame may be nested; PostgreSQL's session breaks at some 8,000 levels. */
  depth: 1_000,
  /** Values of a body or a frame, of all levels: 5,000 points with some 100 metrics each have half a million. */
  values: 600_000,
  /** Values of the rows of one request, and pairs of a form: no statement has more parameters. */
  parameters: 65_535,
  /** Brackets that a query string or a filter may open: it breaks at regular expressions of 3,000. */
  brackets: 400,
  /** Characters of a regular expression, with what its repetitions make of it: it breaks somewhere above 10,000. */
  pattern: 2_000,
  /** What a request line with all headers may take, ms; PGlite holds up the event loop for seconds at times. */
  headMs: 60_000,
  /** What a whole request may take to arrive, ms. */
  requestMs: 120_000,
  /** What a client may take to read an answer, ms. */
  unreadMs: 60_000,
  /** How often connections are looked at for the two times of requests, ms. */
  checkMs: 10_000,
} as const;
export type HttpLimits = { readonly [Name in keyof typeof httpLimits]: number };

export const realtimeLimits = {
  /** Bytes of an incoming frame, as on the real server. */
  frame: 5_000_000,
  sockets: 500,
  /** Of one socket, as on the real server. */
  channels: 100,
  /** Frames of one socket that wait for those before them; then nothing more is read from it. */
  waiting: 64,
  /** Bytes of those. */
  waitingBytes: 10_000_000,
  /** Bytes that a client may leave unread. */
  unread: 16 * 1024 * 1024,
  /** Bytes that all clients may leave unread together. */
  allUnread: 64 * 1024 * 1024,
  /** Characters of a topic, of a join's reference and of the key of a presence. */
  topic: 1_000,
  /** Characters of what one channel tracks, as JSON: who joins is sent that of everybody at once. */
  presence: 16 * 1024,
  /** Of one channel. */
  bindings: 100,
  /** Characters of all bindings of one channel, as JSON. */
  bindingText: 128 * 1024,
  /** Conditions of one binding; each is looked at by the database. */
  filters: 20,
} as const;
