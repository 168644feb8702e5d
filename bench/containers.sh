#!/usr/bin/env bash
# Trials of `true` in containers, one at a time, against the bare Engine that makes, starts, waits for and removes the same containers by
# plain HTTP in the same run. Starts an Engine of its own.
# usage: bench/containers.sh GRADIENTCI [TRIALS]      needs root, git, python3
set -euo pipefail
program=$(realpath "$1"); count=${2:-50}
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
YAML
git add . && git commit --quiet -m "$count trials"

seconds() { local from=$EPOCHREALTIME; "$@" >/dev/null 2>&1 </dev/null; awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'; }

bare() {
  python3 - "$engine/docker.sock" "$count" <<'PY'
import http.client, json, socket, sys, time

class Engine(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(sys.argv[1])

engine = Engine("engine")
def call(method, path, body=None):
    engine.request(method, f"/v1.41/{path}", json.dumps(body) if body else None, {"Content-Type": "application/json"})
    return json.loads(engine.getresponse().read() or "null")

parameters = {
    "Image": "gradientci/test:1", "User": "65532:65532", "Entrypoint": ["/bin/sh", "-c", "exec true"],
    "HostConfig": {
        "NetworkMode": "none", "Init": True, "ReadonlyRootfs": True, "CapDrop": ["ALL"], "SecurityOpt": ["no-new-privileges:true"],
        "PidsLimit": 4096, "Memory": 1 << 30, "MemorySwap": 1 << 30, "Tmpfs": {"/tmp": "mode=1777"},
        "Mounts": [{"Type": "bind", "Source": "/tmp", "Target": "/work"}], "LogConfig": {"Type": "local"},
    },
}
took = []
for _ in range(int(sys.argv[2])):
    began = time.monotonic()
    id = call("POST", "containers/create", parameters)["Id"]
    call("POST", f"containers/{id}/start")
    call("POST", f"containers/{id}/wait")
    call("DELETE", f"containers/{id}?v=1")
    took.append(time.monotonic() - began)
print(sum(took) / len(took))
PY
}

one=$(seconds "$program" run --set n=1 --parallel 1 --no-cache --data "$folder/data")
first=$(bare)
ours=$(seconds "$program" run --parallel 1 --no-cache --data "$folder/data")
second=$(bare)
awk -v n="$count" -v one="$one" -v ours="$ours" -v first="$first" -v second="$second" 'BEGIN {
  each = 1000 * (ours - one) / (n - 1); bare = 500 * (first + second)
  printf "%d trials: %.0f ms each (start, plan and report of one trial: %.2f s); the bare Engine %.0f and %.0f ms; overhead %.0f ms\n", n, each, one, 1000 * first, 1000 * second, each - bare
}'
