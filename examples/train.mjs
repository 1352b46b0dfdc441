// Trains a small character-level network on four chapters of Alice and logs it to Runglass as any script can:
// with nothing but `fetch` against the REST API. Node 20 or newer; takes about half a minute.
//
//   SUPABASE_URL=… SUPABASE_PUBLISHABLE_KEY=… RUNGLASS_EMAIL=… RUNGLASS_PASSWORD=… node examples/train.mjs
//   Options: --steps 6000  --seed 1  --project Wonderland  --name NAME  --pause-ms 0
import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const text = (value) => ({ type: 'string', default: value });
const { values: args } = parseArgs({
  options: {
    steps: text('6000'),
    seed: text('1'),
    project: text('Wonderland'),
    name: text('alice-mlp'),
    'pause-ms': text('0'),
  },
});
const { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, RUNGLASS_EMAIL, RUNGLASS_PASSWORD } = process.env;

// ---- The REST API ----

/** What the server refused: HTTP status, the SQLSTATE or Auth error code, and details that some errors have. */
class Refused extends Error {
  constructor(status, { code, error_code, message, msg, hint, details }) {
    super([message ?? msg ?? `HTTP ${status}`, hint].filter(Boolean).join(' '));
    this.status = status;
    this.code = error_code ?? code;
    this.details = details;
  }
}

let token = '';
let requests = 0;

async function send(method, path, body, prefer = '') {
  const response = await fetch(new URL(path, SUPABASE_URL), {
    method,
    headers: {
      apikey: SUPABASE_PUBLISHABLE_KEY,
      ...(token && { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
      prefer,
    },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
  requests++;
  const text = await response.text();
  if (response.ok) return text && JSON.parse(text);
  throw new Refused(response.status, text.startsWith('{') ? JSON.parse(text) : {});
}

/** Deadlock, conflict, lock or statement timeout: the transaction was rolled back, so trying again is right. */
const rolledBack = ['40P01', '40001', '55P03', '57014'];

/**
 * Sends a request. What can pass is tried again, with full jitter so that many scripts do not return at once; a
 * request that must not be done twice (`repeatable: false`) only if nothing can have been done.
 */
async function api(method, path, body, { prefer, tries = 7, repeatable = true } = {}) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send(method, path, body, prefer);
    } catch (error) {
      const { status, code } = error;
      const undone = rolledBack.includes(code) || status === 429 || error.cause?.code === 'ECONNREFUSED';
      const unknown = !(error instanceof Refused) || status >= 500;
      const expired = status === 401 && token !== '';
      if (attempt === tries || !(expired || undone || (repeatable && unknown))) throw error;
      if (expired) await signIn();
      await sleep(Math.random() * Math.min(5_000, 250 * 2 ** attempt));
    }
  }
}

const rpc = (name, body, options) => api('POST', `/rest/v1/rpc/${name}`, body, options);

async function signIn() {
  token = '';
  const body = { email: RUNGLASS_EMAIL, password: RUNGLASS_PASSWORD };
  token = (await api('POST', '/auth/v1/token?grant_type=password', body, { tries: 3 })).access_token;
}

/** Inserts a row whose key was made here, so that a request sent twice still leaves one row. */
const insert = (table, row) =>
  api('POST', `/rest/v1/${table}`, row, { prefer: 'resolution=ignore-duplicates,return=minimal' });

async function useProject(name) {
  const query = `name=eq.${encodeURIComponent(name)}&order=created_at&limit=1&select=id`;
  const [found] = await api('GET', `/rest/v1/projects?${query}`);
  if (found) return found.id;
  const id = crypto.randomUUID();
  await insert('projects', { id, name, description: 'Small networks that learn to spell.' });
  return id;
}

/** A training run in the dashboard. Points and usage are gathered here and sent about once a second. */
class Run {
  id = crypto.randomUUID();
  points = [];
  usage = { training_runs: 1, tokens: 0, requests: 0 };
  used = {};
  cancelRequested = false;
  sentAt = 0;

  async start(project_id, name, config) {
    this.projectId = project_id;
    const row = { id: this.id, project_id, name, status: 'running', total_steps: config.steps };
    await insert('training_runs', row);
    // What is wide stays out of the run's row, which travels with every change.
    await insert('training_run_configs', { run_id: this.id, config });
  }

  log(step, metrics, tokens) {
    this.points.push({ step, metrics, at: new Date().toISOString() });
    this.usage.tokens += tokens;
  }

  async flush(patch = {}) {
    // One call writes many points and updates the run's row once. Without a history, updating the row does:
    //   PATCH /rest/v1/training_runs?id=eq.<id>   {"step": 10, "progress": 0.1, "metrics": {"loss": 2.3}}
    const answer = await rpc('log_run', { run_id: this.id, points: this.points, patch });
    this.points = [];
    this.cancelRequested = answer.cancel_requested;
    this.sentAt = Date.now();
  }

  /**
   * Adds what was used since the last time, to the plan's usage and to that of this run (and of its project). A hard
   * limit of the plan refuses with SQLSTATE RG001.
   */
  async recordUsage() {
    for (const [metric, amount] of Object.entries(this.usage)) {
      if (amount === 0) continue;
      const body = { metric, amount, run_id: this.id };
      await rpc('record_usage', body, { repeatable: false }).catch((error) => {
        if (error instanceof Refused && (error.code || error.status < 500)) throw error;
        console.error(`Perhaps not recorded: ${amount} ${metric}. ${explain(error)}`);
      });
      this.usage[metric] = 0;
      this.used[metric] = amount + (this.used[metric] ?? 0);
    }
  }

  async finish(patch) {
    await this.recordUsage();
    this.usage.requests = requests + 2; // The next two are requests too.
    await this.recordUsage();
    await this.flush(patch);
    console.log(`Run ${patch.status}. Recorded usage: ${JSON.stringify(this.used)}`);
  }
}

// ---- The network ----

const [context, hidden, batch] = [8, 128, 64];

/** Uniform in 0..1; the same seed gives the same run. (The constants are those of Numerical Recipes.) */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** y += k x */
function add(y, x, k = 1) {
  for (let i = 0; i < y.length; i++) y[i] += k * x[i];
}

function dot(x, y) {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

/** p(next | last 8 characters) = softmax(W2 tanh(Σ W1[i, character i] + b1) + b2), trained with Adam. */
class Network {
  constructor(symbols, random) {
    // Each row is its weights, their gradient, and Adam's two running means.
    const row = (length, scale) => {
      const w = Float32Array.from({ length }, () => (random() * 2 - 1) * scale);
      return { w, g: new Float32Array(length), m: new Float32Array(length), v: new Float32Array(length) };
    };
    const rows = (count, length, scale) => Array.from({ length: count }, () => row(length, scale));
    this.w1 = rows(context * symbols, hidden, context ** -0.5);
    this.b1 = row(hidden, 0);
    this.w2 = rows(symbols, hidden, hidden ** -0.5);
    this.b2 = row(symbols, 0);
    this.rows = [...this.w1, this.b1, ...this.w2, this.b2];
    this.size = this.rows.reduce((sum, { w }) => sum + w.length, 0);
    [this.h, this.dh, this.p] = [hidden, hidden, symbols].map((n) => new Float32Array(n));
    this.updates = 0;
  }

  /** The rows of W1 that the characters before `at` choose. */
  *inputs(data, at) {
    for (let i = 0; i < context; i++) yield this.w1[i * this.b2.w.length + data[at - context + i]];
  }

  /** Fills `p` with the odds of each character at `at`; answers the loss of the true one, nats. */
  forward(data, at) {
    const { h, p } = this;
    h.set(this.b1.w);
    for (const { w } of this.inputs(data, at)) add(h, w);
    for (let j = 0; j < hidden; j++) h[j] = Math.tanh(h[j]);
    let sum = 0;
    for (let k = 0; k < p.length; k++) {
      p[k] = Math.exp(dot(this.w2[k].w, h) + this.b2.w[k]);
      sum += p[k];
    }
    for (let k = 0; k < p.length; k++) p[k] /= sum;
    return -Math.log(p[data[at]]);
  }

  /** Adds the gradient of the character that `forward` was just called for. */
  backward(data, at) {
    const { h, dh, p } = this;
    p[data[at]] -= 1;
    dh.fill(0);
    for (let k = 0; k < p.length; k++) {
      add(this.w2[k].g, h, p[k]);
      add(dh, this.w2[k].w, p[k]);
    }
    for (let j = 0; j < hidden; j++) dh[j] *= 1 - h[j] * h[j];
    add(this.b2.g, p);
    add(this.b1.g, dh);
    for (const { g } of this.inputs(data, at)) add(g, dh);
  }

  adam(rate) {
    this.updates++;
    const step = (rate * Math.sqrt(1 - 0.999 ** this.updates)) / (1 - 0.9 ** this.updates);
    for (const { w, g, m, v } of this.rows) {
      for (let i = 0; i < w.length; i++) {
        const slope = g[i] / batch;
        m[i] += 0.1 * (slope - m[i]);
        v[i] += 0.001 * (slope * slope - v[i]);
        w[i] -= (step * m[i]) / (Math.sqrt(v[i]) + 1e-8);
      }
      g.fill(0);
    }
  }
}

// ---- Together ----

const [steps, seed, pause] = [args.steps, args.seed, args['pause-ms']].map(Number);
const rate = 0.003;
let interrupted = false;

/** Trains on the first nine tenths of the text; answers the loss on the rest before and after, nats/character. */
async function train(run, network, data, random) {
  const split = Math.floor(data.length * 0.9);
  const heldOut = () => {
    let sum = 0;
    for (let at = split + context; at < data.length; at++) sum += network.forward(data, at);
    return sum / (data.length - split - context);
  };
  const before = heldOut();
  let [after, sum, count] = [before, 0, 0];
  run.log(0, { val_loss: before }, 0);
  for (let step = 1; step <= steps && !interrupted && !run.cancelRequested; step++) {
    for (let i = 0; i < batch; i++) {
      const at = context + Math.floor(random() * (split - context));
      sum += network.forward(data, at);
      network.backward(data, at);
    }
    network.adam(rate * (1 - (0.9 * step) / steps));
    count += batch;
    if (step % 10 === 0 || step === steps) {
      const metrics = { loss: sum / count };
      if (step === steps || step % (10 * Math.ceil(steps / 200)) === 0) {
        after = heldOut();
        metrics.val_loss = after;
        console.log(`step ${step}/${steps}  loss ${metrics.loss.toFixed(3)}  held-out ${after.toFixed(3)}`);
      }
      run.log(step, metrics, count);
      [sum, count] = [0, 0];
      if (Date.now() - run.sentAt > 1_000) {
        await run.recordUsage();
        await run.flush();
      }
    }
    await (pause > 0 ? sleep(pause) : nextTurn()); // Lets Ctrl-C in.
  }
  run.usage.tokens += count; // Since the last point, when it was cancelled.
  return { before, after };
}

/** What the end of a run says of the hard limit that ended it. The server adds how much was used, and since when. */
function stoppedBy({ details }) {
  const { metric, limit, period_end } = JSON.parse(details);
  const until = new Date(period_end).toISOString().slice(0, 16).replace('T', ' ');
  const error = `Stopped by the limit of ${limit.toLocaleString('en')} ${metric}, which resets on ${until} UTC.`;
  return { status: 'stopped', stopped_by: metric, error };
}

/** What to do about an answer of the server, by its code. */
const advice = {
  RG001: "The plan's limit is reached, so training stopped",
  invalid_credentials: 'Sign-in refused; check RUNGLASS_EMAIL and RUNGLASS_PASSWORD',
  PGRST202: "This backend lacks Runglass's migrations",
  PGRST205: "This backend lacks Runglass's migrations",
};

function quit(sentence) {
  console.error(sentence);
  process.exit(1);
}

function explain(error) {
  const { name, code, status, message, cause } = error;
  if (name === 'TimeoutError' || message === 'fetch failed')
    return `No answer from ${SUPABASE_URL} (${cause?.code ?? message}). Check SUPABASE_URL; is the backend running?`;
  return status ? `${advice[code] ?? `${SUPABASE_URL} answered ${status}`}: ${message}` : error.stack;
}

async function main() {
  const needed = { SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, RUNGLASS_EMAIL, RUNGLASS_PASSWORD };
  for (const name in needed)
    if (!needed[name]) quit(`Set ${name}; examples/README.md says where to find it.`);
  if (!URL.canParse(SUPABASE_URL)) quit(`SUPABASE_URL is not a URL: ${SUPABASE_URL}`);
  if (!(steps > 0 && seed >= 0 && pause >= 0)) quit('--steps, --seed and --pause-ms take numbers.');

  const book = readFileSync(new URL('data/alice.txt', import.meta.url), 'utf8').toLowerCase();
  const alphabet = [...new Set(book)].sort();
  const data = Uint8Array.from(book, (character) => alphabet.indexOf(character));
  const random = randomFrom(seed);
  const network = new Network(alphabet.length, random);

  // A second Ctrl-C ends it at once.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (interrupted = true));
  await signIn();
  const run = new Run();
  const config = { text: 'alice.txt', context, hidden, batch, rate, steps, seed, parameters: network.size };
  await run.start(await useProject(args.project), args.name, config);
  console.log(`Run ${run.id}: ${network.size} parameters, ${steps} steps of ${batch} characters`);

  try {
    const { before, after } = await train(run, network, data, random);
    if (interrupted || run.cancelRequested) {
      process.exitCode = 130;
      return await run.finish({ status: 'cancelled' });
    }
    console.log(`Held-out loss ${before.toFixed(3)} -> ${after.toFixed(3)} nats per character`);
    if (!(after < before)) {
      await run.finish({ status: 'failed', error: 'Held-out loss did not fall.' });
      quit('Held-out loss did not fall.');
    }
    await run.recordUsage();
    const model = { name: 'alice-mlp', version: run.id.slice(0, 8), status: 'ready', run_id: run.id };
    const facts = { metrics: { val_loss: after }, size_bytes: 4 * network.size, tags: ['example'] };
    await insert('models', { id: crypto.randomUUID(), project_id: run.projectId, ...model, ...facts });
    await run.finish({ status: 'completed' });
  } catch (error) {
    const end = error.code === 'RG001' ? stoppedBy(error) : { status: 'failed', error: error.message };
    await run.flush(end).catch(() => {}); // The reason is told next.
    throw error;
  }
}

await main().catch((error) => quit(explain(error)));
