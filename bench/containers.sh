#!/usr/bin/env bash
# Trials in containers against the bare Engine that is asked for the same by plain HTTP in the same run: one at a time, 32 at once, and what
# one of them prints. Starts an Engine of its own.
# usage: bench/containers.sh GRADIENTCI [TRIALS] [LINES]      needs root, git, python3, curl
set -euo pipefail
program=$(realpath "$1"); count=${2:-50}; lines=${3:-1000000}; crowd=32
engine=$(WATCH=$$ "$(dirname "$0")/../eng/engine.sh" up)
export DOCKER_HOST=unix://$engine/docker.sock
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder" && git init --quiet work && cd work
git config user.name bench && git config user.email bench@example.org
cat >.gradient.yml <<YAML
version: 1
experiments:
  tiny:
    image: gradientci/test:1
    command: ["true"]
    sweep: { parameters: { n: { int: [1, $count] } }, max-trials: $count, sampler: grid }
  crowd:
    image: gradientci/test:1
    command: ["true"]
    sweep: { parameters: { n: { int: [1, $crowd] } }, max-trials: $crowd, sampler: grid }
  talk:
    image: gradientci/test:1
    command: seq 1 $lines
YAML
git add . && git commit --quiet -m "$count trials"

seconds() { local from=$EPOCHREALTIME; "$@" >/dev/null 2>&1 </dev/null; awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'; }
run() { "$program" run "$@" --no-cache --data "$folder/data"; }

# Seconds for COUNT containers, AT at once.
bare() {
  python3 - "$engine/docker.sock" "$1" "$2" <<'PY'
import http.client, json, socket, sys, time
from concurrent.futures import ThreadPoolExecutor

class Engine(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])

parameters = {
    "Image": "gradientci/test:1", "User": "65532:65532", "Entrypoint": ["/bin/sh", "-c", "exec true"],
    "HostConfig": {
        "NetworkMode": "none", "Init": True, "ReadonlyRootfs": True, "CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges:true"],
        "PidsLimit": 4096, "Memory": 1 << 30, "MemorySwap": 1 << 30, "Tmpfs": {"/tmp": "mode=1777"},
        "Mounts": [{"Type": "bind", "Source": "/tmp", "Target": "/work"}], "LogConfig": {"Type": "local"},
    },
}

def one(_):
    engine = Engine("engine")
    def call(method, path, body=None):
        engine.request(method, f"/v1.41/{path}", json.dumps(body) if body else None, {"Content-Type": "application/json"})
        return json.loads(engine.getresponse().read() or "null")
    id = call("POST", "containers/create", parameters)["Id"]
    call("POST", f"containers/{id}/start")
    call("POST", f"containers/{id}/wait")
    call("DELETE", f"containers/{id}?v=1")

began = time.monotonic()
with ThreadPoolExecutor(int(sys.argv[3])) as pool:
    list(pool.map(one, range(int(sys.argv[2]))))
print(time.monotonic() - began)
PY
}

# Seconds from the start of a container that prints the lines to the end of its log, as the Engine lets one follow it.
follow() {
  local id ask=(curl --silent --unix-socket "$engine/docker.sock" -H 'Content-Type: application/json')
  id=$("${ask[@]}" -d "{\"Image\":\"gradientci/test:1\",\"Cmd\":[\"seq\",\"1\",\"$lines\"],\"HostConfig\":{\"NetworkMode\":\"none\",\"LogConfig\":{\"Type\":\"local\",\"Config\":{\"max-size\":\"1g\",\"max-file\":\"1\",\"compress\":\"false\"}}}}" \
    http://engine/v1.41/containers/create | sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
  local from=$EPOCHREALTIME
  "${ask[@]}" -X POST "http://engine/v1.41/containers/$id/start"
  "${ask[@]}" --no-buffer "http://engine/v1.41/containers/$id/logs?follow=1&stdout=1" >/dev/null
  awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'
  "${ask[@]}" -X DELETE "http://engine/v1.41/containers/$id?force=1&v=1"
}

load=$(cut -d' ' -f1 /proc/loadavg)
one=$(seconds run tiny --set n=1 --parallel 1)
first=$(bare "$count" 1)
ours=$(seconds run tiny --parallel 1)
second=$(bare "$count" 1)
each=$(awk -v n="$count" -v one="$one" -v ours="$ours" 'BEGIN { print (ours - one) / (n - 1) }')
awk -v n="$count" -v one="$one" -v each="$each" -v first="$first" -v second="$second" 'BEGIN {
  bare = (first + second) / 2 / n
  printf "%d trials: %.0f ms each (start, plan and report of one trial: %.2f s); the bare Engine %.0f and %.0f ms; overhead %.0f ms, %.2f of it\n",
    n, 1000 * each, one, 1000 * first / n, 1000 * second / n, 1000 * (each - bare), each / bare
}'

first=$(bare "$crowd" "$crowd")
ours=$(seconds run crowd --parallel "$crowd")
second=$(bare "$crowd" "$crowd")
awk -v n="$crowd" -v one="$one" -v each="$each" -v ours="$ours" -v first="$first" -v second="$second" 'BEGIN {
  bare = (first + second) / 2; rest = one - each
  printf "%d at once: %.1f s, start, plan and report of a run taken off; the bare Engine %.1f and %.1f s; %.2f of it\n", n, ours - rest, first, second, (ours - rest) / bare
}'

first=$(follow)
ours=$(seconds run talk --parallel 1)
second=$(follow)
grep -c . "$folder"/data/logs/*/talk-1/1.1.log | awk -v n="$lines" -v one="$one" -v ours="$ours" -v first="$first" -v second="$second" '{
  printf "%d lines, of which %d are in the log: %.0f/s, start, plan and report of a trial taken off; the Engine'"'"'s own follow %.0f and %.0f/s; %.2f of it\n",
    n, $1, n / (ours - one), n / first, n / second, (first + second) / 2 / (ours - one)
}'
echo "load before: $load, after: $(cut -d' ' -f1 /proc/loadavg)"
