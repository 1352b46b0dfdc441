// Logs a training run to Runglass: Node 20 or newer, nothing to install.
const url = '{{url}}';
const key = '{{publishableKey}}';
const email = '{{email}}';
const password = '{{password}}'; // Good on this machine only: the backend listens to nobody else. // @local
// An account without a password (magic link, OAuth) needs one here: supabase.auth.updateUser({ password }) sets it. // @remote
const password = process.env.RUNGLASS_PASSWORD; // @remote
const session = { renewAt: 0 };

async function send(path, body, token = key) {
  const headers = { apikey: key, authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return text && JSON.parse(text);
}

async function write(path, row) {
  if (Date.now() > session.renewAt) {
    Object.assign(session, await send('/auth/v1/token?grant_type=password', { email, password }));
    session.renewAt = Date.now() + session.expires_in * 500;
  }
  return await send(`/rest/v1/${path}`, row, session.access_token);
}

async function main() {
  if (!password) throw new Error(`Set RUNGLASS_PASSWORD to the password of ${email}.`); // @remote
  const [run, steps] = [crypto.randomUUID(), 50];
  await write('training_runs', { id: run, name: 'my first run', status: 'running', total_steps: steps });
  let end = { status: 'failed', error: 'The script ended before its last step.' };
  try {
    for (let step = 1; step <= steps; step++) {
      await new Promise((resolve) => setTimeout(resolve, 100)); // Your training step goes here;
      const loss = 2 / step; // log whatever it measures:
      await write('rpc/log_run', { run_id: run, points: [{ step, metrics: { loss } }] });
      // await write('rpc/record_usage', { metric: 'tokens', amount: 512, run_id: run }); // counts in your plan
    }
    // await write('models', { name: 'my-model', version: '1', run_id: run, status: 'ready' }); // lists what came of it
    end = { status: 'completed' };
  } finally {
    await write('rpc/log_run', { run_id: run, patch: end });
  }
}

main();
