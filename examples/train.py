"""Trains a small character-level network on four chapters of Alice and logs it to Runglass as any script can:
with Python's standard library only (3.9 or newer), against the REST API. Takes about half a minute.

  SUPABASE_URL=… SUPABASE_PUBLISHABLE_KEY=… RUNGLASS_EMAIL=… RUNGLASS_PASSWORD=… python3 examples/train.py
  Options: --steps 2500  --seed 1  --project Wonderland  --name NAME  --pause-ms 0
"""

import argparse
import datetime
import json
import math
import operator
import os
import pathlib
import random
import signal
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

# ---- The REST API ----

session = {"token": "", "requests": 0}

# Deadlock, conflict, lock or statement timeout: the transaction was rolled back, so trying again is right.
ROLLED_BACK = ("40P01", "40001", "55P03", "57014")


class Refused(Exception):
    """What the server refused: HTTP status, the SQLSTATE or Auth error code, and details that some errors have."""

    def __init__(self, status, text):
        answer = json.loads(text) if text.startswith("{") else {}
        message = answer.get("message") or answer.get("msg") or f"HTTP {status}"
        super().__init__(f"{message} {answer.get('hint') or ''}".strip())
        self.status = status
        self.code = answer.get("error_code") or answer.get("code")
        self.details = answer.get("details")


def opener_for(url):
    """No proxy of the environment has a way to this machine."""
    here = urllib.parse.urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
    return urllib.request.build_opener(*[urllib.request.ProxyHandler({})] if here else [])


def send(method, path, body, prefer):
    key = os.environ["SUPABASE_PUBLISHABLE_KEY"]
    headers = {"apikey": key, "content-type": "application/json", "prefer": prefer}
    if session["token"]:
        headers["authorization"] = f"Bearer {session['token']}"
    data = None if body is None else json.dumps(body).encode()
    url = os.environ["SUPABASE_URL"].rstrip("/") + path
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with opener_for(url).open(request, timeout=20) as response:
            text = response.read().decode()
    except urllib.error.HTTPError as error:
        session["requests"] += 1
        raise Refused(error.code, error.read().decode(errors="replace")) from None
    session["requests"] += 1
    return json.loads(text) if text else None


def api(method, path, body=None, prefer="", tries=7, repeatable=True):
    """Sends a request. What can pass is tried again, with full jitter so that many scripts do not return at once;
    a request that must not be done twice (repeatable=False) only if nothing can have been done."""
    for attempt in range(1, tries + 1):
        expired = False
        try:
            return send(method, path, body, prefer)
        except Refused as error:
            undone = error.code in ROLLED_BACK or error.status == 429
            expired = error.status == 401 and session["token"] != ""
            if attempt == tries or not (expired or undone or (repeatable and error.status >= 500)):
                raise
        except OSError as error:
            undone = isinstance(getattr(error, "reason", None), ConnectionRefusedError)
            if attempt == tries or not (repeatable or undone):
                raise
        if expired:
            sign_in()
        time.sleep(random.SystemRandom().uniform(0, min(5, 0.25 * 2**attempt)))


def rpc(name, body, repeatable=True):
    return api("POST", f"/rest/v1/rpc/{name}", body, repeatable=repeatable)


def sign_in():
    session["token"] = ""
    body = {"email": os.environ["RUNGLASS_EMAIL"], "password": os.environ["RUNGLASS_PASSWORD"]}
    session["token"] = api("POST", "/auth/v1/token?grant_type=password", body, tries=3)["access_token"]


def insert(table, row):
    """Inserts a row whose key was made here, so that a request sent twice still leaves one row."""
    api("POST", f"/rest/v1/{table}", row, "resolution=ignore-duplicates,return=minimal")


def use_project(name):
    query = f"name=eq.{urllib.parse.quote(name, safe='')}&order=created_at&limit=1&select=id"
    found = api("GET", f"/rest/v1/projects?{query}")
    if found:
        return found[0]["id"]
    project = {"id": str(uuid.uuid4()), "name": name, "description": "Small networks that learn to spell."}
    insert("projects", project)
    return project["id"]


class Run:
    """A training run in the dashboard. Points and usage are gathered here and sent about once a second."""

    def __init__(self, project_id, name, config):
        self.id = str(uuid.uuid4())
        self.project_id = project_id
        self.points = []
        self.usage = {"training_runs": 1, "tokens": 0, "requests": 0}
        self.used = {}
        self.cancel_requested = False
        self.sent_at = 0.0
        row = {"id": self.id, "project_id": project_id, "name": name, "status": "running"}
        insert("training_runs", {**row, "total_steps": config["steps"]})
        # What is wide stays out of the run's row, which travels with every change.
        insert("training_run_configs", {"run_id": self.id, "config": config})

    def log(self, step, metrics, tokens):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat()
        self.points.append({"step": step, "metrics": metrics, "at": now})
        self.usage["tokens"] += tokens

    def flush(self, **patch):
        # One call writes many points and updates the run's row once. Without a history, updating the row does:
        #   PATCH /rest/v1/training_runs?id=eq.<id>   {"step": 10, "progress": 0.1, "metrics": {"loss": 2.3}}
        answer = rpc("log_run", {"run_id": self.id, "points": self.points, "patch": patch})
        self.points = []
        self.cancel_requested = answer["cancel_requested"]
        self.sent_at = time.monotonic()

    def record_usage(self):
        """Adds what was used since the last time, to the plan's usage and to that of this run (and of its project).
        A hard limit of the plan refuses with SQLSTATE RG001."""
        for metric, amount in self.usage.items():
            if amount:
                body = {"metric": metric, "amount": amount, "run_id": self.id}
                try:
                    rpc("record_usage", body, repeatable=False)
                except (Refused, OSError) as error:
                    if isinstance(error, Refused) and (error.code or error.status < 500):
                        raise
                    print(f"Perhaps not recorded: {amount} {metric}. {explain(error)}", file=sys.stderr)
                self.usage[metric] = 0
                self.used[metric] = self.used.get(metric, 0) + amount

    def finish(self, **patch):
        self.record_usage()
        self.usage["requests"] = session["requests"] + 2  # The next two are requests too.
        self.record_usage()
        self.flush(**patch)
        print(f"Run {patch['status']}. Recorded usage: {json.dumps(self.used)}")


# ---- The network ----

CONTEXT, HIDDEN, BATCH, RATE = 4, 24, 16, 0.01


class Row(list):
    """Weights, their gradient, and Adam's two running means."""

    def __init__(self, length, scale=0.0):
        super().__init__(random.uniform(-scale, scale) for _ in range(length))
        self.g, self.m, self.v = None, [0.0] * length, [0.0] * length

    def add_gradient(self, x, k=1.0):
        self.g = [k * b for b in x] if self.g is None else [a + k * b for a, b in zip(self.g, x)]


class Network:
    """p(next | last 4 characters) = softmax(W2 tanh(Σ W1[i, character i] + b1) + b2), trained with Adam."""

    def __init__(self, symbols):
        self.w1 = [Row(HIDDEN, CONTEXT**-0.5) for _ in range(CONTEXT * symbols)]
        self.w2 = [Row(HIDDEN, HIDDEN**-0.5) for _ in range(symbols)]
        self.b1, self.b2 = Row(HIDDEN), Row(symbols)
        self.rows = [*self.w1, self.b1, *self.w2, self.b2]
        self.size = sum(map(len, self.rows))
        self.updates = 0

    def forward(self, data, at):
        """Answers the rows of W1 in use, the hidden values and the odds of each character at `at`."""
        inputs = [self.w1[i * len(self.w2) + data[at - CONTEXT + i]] for i in range(CONTEXT)]
        h = [math.tanh(sum(column)) for column in zip(self.b1, *inputs)]
        odds = [math.exp(sum(map(operator.mul, row, h)) + bias) for row, bias in zip(self.w2, self.b2)]
        total = sum(odds)
        return inputs, h, [p / total for p in odds]

    def loss(self, data, at):
        """Loss of the true character, nats."""
        return -math.log(self.forward(data, at)[2][data[at]])

    def learn(self, data, at):
        """Adds the gradient of the character at `at`; answers its loss."""
        inputs, h, p = self.forward(data, at)
        loss = -math.log(p[data[at]])
        p[data[at]] -= 1
        dh = [0.0] * HIDDEN
        for row, k in zip(self.w2, p):
            dh = [a + k * w for a, w in zip(dh, row)]
            row.add_gradient(h, k)
        dh = [d * (1 - x * x) for d, x in zip(dh, h)]
        self.b2.add_gradient(p)
        for row in (self.b1, *inputs):
            row.add_gradient(dh)
        return loss

    def adam(self, rate):
        """One update of every row that has a gradient."""
        self.updates += 1
        step = rate * math.sqrt(1 - 0.999**self.updates) / (1 - 0.9**self.updates)
        for row in self.rows:
            if row.g is not None:
                g = [x / BATCH for x in row.g]
                row.m = [m + 0.1 * (x - m) for m, x in zip(row.m, g)]
                row.v = [v + 0.001 * (x * x - v) for v, x in zip(row.v, g)]
                row[:] = [w - step * m / (math.sqrt(v) + 1e-8) for w, m, v in zip(row, row.m, row.v)]
                row.g = None


# ---- Together ----

interrupted = False


def interrupt(number, frame):
    global interrupted
    interrupted = True
    signal.signal(number, signal.SIG_DFL)  # A second Ctrl-C ends it at once.


def train(run, network, data, steps, pause):
    """Trains on the first nine tenths of the text; answers the loss on a thousand characters of the rest before
    and after, nats per character."""
    split = len(data) * 9 // 10

    def held_out():
        places = range(split + CONTEXT, split + CONTEXT + 1000)
        return sum(network.loss(data, at) for at in places) / len(places)

    before = after = held_out()
    loss, count = 0.0, 0
    run.log(0, {"val_loss": before}, 0)
    for step in range(1, steps + 1):
        loss += sum(network.learn(data, random.randrange(CONTEXT, split)) for _ in range(BATCH))
        network.adam(RATE * (1 - 0.9 * step / steps))
        count += BATCH
        if step % 10 == 0 or step == steps:
            metrics = {"loss": loss / count}
            if step == steps or step % (10 * math.ceil(steps / 100)) == 0:
                after = metrics["val_loss"] = held_out()
                print(f"step {step}/{steps}  loss {loss / count:.3f}  held-out {after:.3f}", flush=True)
            run.log(step, metrics, count)
            loss, count = 0.0, 0
            if time.monotonic() - run.sent_at > 1:
                run.record_usage()
                run.flush()
        if interrupted or run.cancel_requested:
            break
        time.sleep(pause)
    run.usage["tokens"] += count  # Since the last point, when it was cancelled.
    return before, after


def stopped_by(refused):
    """What the end of a run says of the hard limit that ended it. The server adds how much was used, and since when."""
    limit = json.loads(refused.details)
    until = limit["period_end"][:16].replace("T", " ")
    error = f"Stopped by the limit of {limit['limit']:,} {limit['metric']}, which resets on {until} UTC."
    return {"status": "stopped", "stopped_by": limit["metric"], "error": error}


# What to do about an answer of the server, by its code.
ADVICE = {
    "RG001": "The plan's limit is reached, so training stopped",
    "invalid_credentials": "Sign-in refused; check RUNGLASS_EMAIL and RUNGLASS_PASSWORD",
    "PGRST202": "This backend lacks Runglass's migrations",
    "PGRST205": "This backend lacks Runglass's migrations",
}


def explain(error):
    """What went wrong, as a sentence that says what to do."""
    url = os.environ["SUPABASE_URL"]
    if isinstance(error, Refused):
        return f"{ADVICE.get(error.code, f'{url} answered {error.status}')}: {error}"
    return f"No answer from {url} ({error}). Check SUPABASE_URL; is the backend running?"


def main():
    parser = argparse.ArgumentParser()
    for name, default in (("steps", 2500), ("seed", 1), ("pause-ms", 0)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--project", default="Wonderland")
    parser.add_argument("--name", default="alice-mlp-py")
    args = parser.parse_args()
    for name in ("SUPABASE_URL", "SUPABASE_PUBLISHABLE_KEY", "RUNGLASS_EMAIL", "RUNGLASS_PASSWORD"):
        if not os.environ.get(name):
            sys.exit(f"Set {name}; examples/README.md says where to find it.")
    if not os.environ["SUPABASE_URL"].startswith(("http://", "https://")):
        sys.exit(f"SUPABASE_URL is not a URL: {os.environ['SUPABASE_URL']}")
    if args.steps < 1 or args.pause_ms < 0:
        sys.exit("--steps must be at least 1, --pause-ms at least 0.")

    book = pathlib.Path(__file__).with_name("data").joinpath("alice.txt").read_text("utf-8").lower()
    alphabet = sorted(set(book))
    data = [alphabet.index(character) for character in book]
    random.seed(args.seed)
    network = Network(len(alphabet))

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    sign_in()
    config = {"text": "alice.txt", "context": CONTEXT, "hidden": HIDDEN, "batch": BATCH, "rate": RATE}
    config.update(steps=args.steps, seed=args.seed, parameters=network.size)
    run = Run(use_project(args.project), args.name, config)
    print(f"Run {run.id}: {network.size} parameters, {args.steps} steps of {BATCH} characters", flush=True)

    try:
        before, after = train(run, network, data, args.steps, args.pause_ms / 1000)
        if interrupted or run.cancel_requested:
            run.finish(status="cancelled")
            sys.exit(130)
        print(f"Held-out loss {before:.3f} -> {after:.3f} nats per character")
        if not after < before:
            run.finish(status="failed", error="Held-out loss did not fall.")
            sys.exit("Held-out loss did not fall.")
        run.record_usage()
        model = {"id": str(uuid.uuid4()), "name": "alice-mlp-py", "version": run.id[:8], "status": "ready"}
        facts = {"metrics": {"val_loss": after}, "size_bytes": 8 * network.size, "tags": ["example"]}
        insert("models", {**model, **facts, "project_id": run.project_id, "run_id": run.id})
        run.finish(status="completed")
    except Exception as error:
        limited = getattr(error, "code", None) == "RG001"
        try:
            run.flush(**(stopped_by(error) if limited else {"status": "failed", "error": str(error)}))
        except Exception:
            pass  # The reason is told next.
        raise


try:
    main()
except (Refused, OSError) as error:
    sys.exit(explain(error))
