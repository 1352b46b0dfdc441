"""Logs a training run to Runglass: Python 3.9 or newer, after `pip install supabase`."""
import getpass  # @remote
import os
import time
import uuid
from supabase import create_client

URL = "{{url}}"
KEY = "{{publishableKey}}"
EMAIL = "{{email}}"
PASSWORD = "{{password}}"  # Good on this machine only: the backend listens to nobody else.  # @local
# An account without a password (magic link, OAuth) needs one here: supabase.auth.update_user({"password": ...}) sets it.  # @remote
PASSWORD = os.environ.get("RUNGLASS_PASSWORD") or getpass.getpass(f"Password of {EMAIL}: ")  # @remote

os.environ["no_proxy"] = os.environ.get("no_proxy", "") + ",localhost,127.0.0.1"  # A proxy has no way here.  # @loopback
supabase = create_client(URL, KEY)
supabase.auth.sign_in_with_password({"email": EMAIL, "password": PASSWORD})

run, steps = str(uuid.uuid4()), 50
row = {"id": run, "name": "my first run", "status": "running", "total_steps": steps}
supabase.table("training_runs").insert(row).execute()
end = {"status": "failed", "error": "The script ended before its last step."}
try:
    for step in range(1, steps + 1):
        time.sleep(0.1)  # Your training step goes here;
        loss = 2 / step  # log whatever it measures:
        supabase.rpc("log_run", {"run_id": run, "points": [{"step": step, "metrics": {"loss": loss}}]}).execute()
        # supabase.rpc("record_usage", {"metric": "tokens", "amount": 512, "run_id": run}).execute()  # counts in your plan
    # supabase.table("models").insert({"name": "my-model", "version": "1", "run_id": run, "status": "ready"}).execute()
    end = {"status": "completed"}
finally:
    supabase.rpc("log_run", {"run_id": run, "patch": end}).execute()
    supabase.auth.sign_out({"scope": "local"})
