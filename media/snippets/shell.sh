bash <<'RUNGLASS'
# Logs a training run to Runglass: paste it into a terminal; it needs bash and curl.
set -euo pipefail
url='{{url}}'
key='{{publishableKey}}'
email='{{email}}'
password='{{password}}' # Good on this machine only: the backend listens to nobody else. # @local
# An account without a password (magic link, OAuth) needs one here: supabase.auth.updateUser({ password }) sets it. # @remote
password=${RUNGLASS_PASSWORD:-} # @remote
[ "$password" ] || read -rsp "Password of $email: " password < /dev/tty # @remote

curl() { command curl --noproxy '*' "$@"; } # A proxy has no way to this machine. # @loopback
send() { # path, token; the body comes from stdin
  local answer
  answer=$(curl -sS --fail-with-body "$url$1" --data-binary @- -H 'Content-Type: application/json' \
    -H "apikey: $key" -H "Authorization: Bearer $2") || { echo "$1 answered: $answer" >&2; return 1; }
  printf '%s' "$answer"
}
write() { send "/rest/v1/$1" "$token" <<< "$2" > /dev/null; }
quoted() { local text=${1//\\/\\\\}; printf '"%s"' "${text//\"/\\\"}"; }

token=$(send '/auth/v1/token?grant_type=password' "$key" \
  <<< "{\"email\": $(quoted "$email"), \"password\": $(quoted "$password")}" \
  | sed -E 's/.*"access_token" *: *"([^"]+)".*/\1/') # Good for an hour.
run=$(uuidgen 2> /dev/null || cat /proc/sys/kernel/random/uuid)
steps=50
write training_runs "{\"id\": \"$run\", \"name\": \"my first run\", \"status\": \"running\", \"total_steps\": $steps}"
end='{"status": "failed", "error": "The script ended before its last step."}'
trap 'write rpc/log_run "{\"run_id\": \"$run\", \"patch\": $end}"' EXIT
for ((step = 1; step <= steps; step++)); do
  sleep 0.1 # Your training step goes here;
  loss=$((2000 / step))e-3 # log whatever it measures:
  write rpc/log_run "{\"run_id\": \"$run\", \"points\": [{\"step\": $step, \"metrics\": {\"loss\": $loss}}]}"
  # write rpc/record_usage "{\"metric\": \"tokens\", \"amount\": 512, \"run_id\": \"$run\"}" # counts in your plan
done
# write models "{\"name\": \"my-model\", \"version\": \"1\", \"run_id\": \"$run\", \"status\": \"ready\"}"
end='{"status": "completed"}'
RUNGLASS
