#!/usr/bin/env bash
# From sending a signed push to `gradientci serve` to the first trial's process; with the answer 202 by itself. The peer in the same run:
# `git fetch` of the same commit by hand, into a bare clone that is warm, from the same server.
# usage: bench/webhook.sh GRADIENTCI [PUSHES]      needs git with http-backend, python3, curl, openssl
#
# The first deliveries are left out: the first makes the mirror, and all of them warm the service up.
set -euo pipefail
program=$(realpath "$1"); pushes=${2:-20}; warmup=3
here=$(dirname "$(realpath "$0")")
secret=$(openssl rand -hex 32)
folder=$(mktemp -d); started=()
trap 'kill "${started[@]}" 2>/dev/null; wait; rm -rf "$folder"' EXIT
cd "$folder"
git init --quiet --bare served/digits.git && git init --quiet work && mkfifo open && exec 3<>open

python3 "$here/../tests/GradientCI.Testing/Git/http_backend.py" served <open >git.port & started+=($!)
python3 - >api.port <<'PYTHON' & started+=($!)
import http.server

class Forge(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("Content-Type", "application/json")
        body = b'{"id": 1, "login": "bench"}'
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PATCH = do_GET

    def log_message(self, *_):
        pass

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forge)
print(server.server_port, flush=True)
server.serve_forever()
PYTHON
until [ -s git.port ] && [ -s api.port ]; do sleep 0.01; done
url=http://127.0.0.1:$(cat git.port)/digits.git

GRADIENTCI_WEBHOOK_SECRET=$secret GRADIENTCI_GITHUB__TOKEN=ghp_bench GRADIENTCI_GITHUB__APIURL=http://127.0.0.1:$(cat api.port) \
  "$program" serve --data "$folder/data" --urls http://127.0.0.1:0 >log 2>&1 & started+=($!)
until address=$(grep -so 'Listening at http://127\.0\.0\.1:[0-9]*' log | head -1 | cut -d' ' -f3) && [ -n "$address" ]; do
  kill -0 "${started[-1]}" || { cat log >&2; exit 1; }
  sleep 0.05
done

cd work
git config user.name bench && git config user.email bench@example.org
cat >.gradient.yml <<YAML
version: 1
experiments:
  tiny:
    cache: false
    command: ["sh", "-c", "date +%s%N >$folder/begun.\$GRADIENT_SHA"]
YAML
git add .

median() { sort -n | awk '{ all[NR] = $1 } END { printf "%.0f ms (slowest %.0f)", all[int((NR + 1) / 2)] / 1e6, all[NR] / 1e6 }'; }
before=$(printf '%040d' 0)
for i in $(seq $((warmup + pushes))); do
  git commit --quiet --allow-empty -m "push $i"
  sha=$(git rev-parse HEAD)
  git push --quiet ../served/digits.git HEAD:refs/heads/main
  [ -d ../warm.git ] || git clone --quiet --bare "$url" ../warm.git
  cat >../push.json <<JSON
{"ref": "refs/heads/main", "before": "$before", "after": "$sha", "repository": {"id": 1, "name": "digits", "full_name": "bench/digits",
"clone_url": "$url", "default_branch": "main", "owner": {"login": "bench"}}}
JSON
  signature=$(openssl dgst -sha256 -hmac "$secret" -r ../push.json | cut -d' ' -f1)
  # The trial before has ended and its answers are posted; at no fixed beat of the service.
  sleep "0.$((50 + RANDOM % 50))"
  from=$(date +%s%N); git --git-dir ../warm.git fetch --quiet origin "+refs/heads/*:refs/heads/*"; fetched=$(($(date +%s%N) - from))
  from=$(date +%s%N)
  answer=$(curl --silent --noproxy '*' --output /dev/null --write-out '%{http_code} %{time_total}' --header 'Content-Type: application/json' \
    --header 'X-GitHub-Event: push' --header "X-GitHub-Delivery: push-$i" --header "X-Hub-Signature-256: sha256=$signature" \
    --data-binary @../push.json "$address/hooks/github")
  [ "${answer% *}" = 202 ] || { cat ../log >&2; exit 1; }
  until [ -s "$folder/begun.$sha" ]; do sleep 0.005; done
  before=$sha
  [ "$i" -le "$warmup" ] && continue
  echo $(($(cat "$folder/begun.$sha") - from)) >>../begun
  awk -v seconds="${answer#* }" 'BEGIN { printf "%.0f\n", seconds * 1e9 }' >>../answered
  echo "$fetched" >>../fetched
done
echo "delivery to first trial: $(median <../begun) of $pushes; $warmup before them left out; bar 250"
echo "the answer 202: $(median <../answered)"
echo "git fetch by hand: $(median <../fetched)"
