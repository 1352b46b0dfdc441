"""Logs a training run to Runglass: Python 3.9 or newer, nothing to install."""
import getpass  # @remote
import json
import os  # @remote
import time
import urllib.request
import uuid

URL = "{{url}}"
KEY = "{{publishableKey}}"
EMAIL = "{{email}}"
PASSWORD = "{{password}}"  # Good on this machine only: the backend listens to nobody else.  # @local
# An account without a password (magic link, OAuth) needs one here: supabase.auth.updateUser({ password }) sets it.  # @remote
PASSWORD = os.environ.get("RUNGLASS_PASSWORD") or getpass.getpass(f"Password of {EMAIL}: ")  # @remote
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # A proxy has no way to this machine.  # @loopback
opener = urllib.request.build_opener()  # @network
session = {"renew_at": 0}

def send(path, body, token=KEY):
    headers = {"apikey": KEY, "authorization": f"Bearer {token}", "content-type": "application/json"}
    request = urllib.request.Request(URL + path, json.dumps(body).encode(), headers)
    try:
        with opener.open(request, timeout=30) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{path} answered {error.code}: {error.read().decode()}")

def write(path, row):
    if time.time() > session["renew_at"]:
        session.update(send("/auth/v1/token?grant_type=password", {"email": EMAIL, "password": PASSWORD}))
        session["renew_at"] = time.time() + session["expires_in"] / 2
    return send("/rest/v1/" + path, row, session["access_token"])

run, steps = str(uuid.uuid4()), 50
write("training_runs", {"id": run, "name": "my first run", "status": "running", "total_steps": steps})
end = {"status": "failed", "error": "The script ended before its last step."}
try:
    for step in range(1, steps + 1):
        time.sleep(0.1)  # Your training step goes here;
        loss = 2 / step  # log whatever it measures:
        write("rpc/log_run", {"run_id": run, "points": [{"step": step, "metrics": {"loss": loss}}]})
        # write("rpc/record_usage", {"metric": "tokens", "amount": 512, "run_id": run})  # counts in your plan
    # write("models", {"name": "my-model", "version": "1", "run_id": run, "status": "ready"})  # lists what came of it
    end = {"status": "completed"}
finally:
    write("rpc/log_run", {"run_id": run, "patch": end})
