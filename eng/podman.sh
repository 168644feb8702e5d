#!/bin/sh
# A Podman of our own for the tests, with Docker's socket: its containers, images and socket are its own. Needs root, podman,
# catatonit and runc, and the image that engine.sh makes; installs nothing.
#
#   podman.sh up       starts it, and prints the folder that it lives in (DIR/podman.sock, image gradientci/test:1)
#   podman.sh down DIR removes its containers, stops it, and removes the folder
#
#   WATCH=PID          it goes down by itself when that process is gone
#   CACHE=DIR          where the image is kept [default: artifacts/engine of the repository]
set -eu
export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
here=$(cd "$(dirname "$0")/.." && pwd)
cache=${CACHE:-$here/artifacts/engine}
die() { echo "podman: $*" >&2; exit 1; }

# crun, which podman prefers, does not run where both kinds of control groups are mounted.
podman() {
  folder=$1; shift
  exec podman --root "$folder/root" --runroot "$folder/run" --tmpdir "$folder/tmp" --network-config-dir "$folder/networks" \
    --runtime "$folder/runc" --cgroup-manager cgroupfs --events-backend file "$@"
}

ask() { curl -sS --max-time 30 --unix-socket "$dir/podman.sock" "$@" 2>&1; }

up() {
  [ "$(id -u)" = 0 ] || die "starting one takes root"
  for program in podman runc curl python3; do command -v $program >/dev/null || die "$program is not installed"; done
  [ -x /usr/libexec/podman/catatonit ] || [ -x /usr/bin/catatonit ] || die "catatonit is not installed"
  [ -s "$cache/image.tar" ] || die "engine.sh has made no image"
  dir=$(mktemp -d /tmp/gradientci-podman.XXXXXX)
  chmod 711 "$dir"
  # It raises limits of files and processes, which takes a right that not every root has.
  cat >"$dir/runc" <<'WRAPPER'
#!/bin/sh
bundle=; previous=
for word in "$@"; do [ "$previous" != --bundle ] || bundle=$word; previous=$word; done
[ -z "$bundle" ] || python3 -c 'import json, sys; config = json.load(open(sys.argv[1])); config["process"]["rlimits"] = [limit for limit in config["process"].get("rlimits", []) if limit["type"] == "RLIMIT_CORE"]; json.dump(config, open(sys.argv[1], "w"))' "$bundle/config.json"
exec runc "$@"
WRAPPER
  chmod 755 "$dir/runc"
  # shellcheck disable=SC2016
  setsid sh -c '
    while [ -e "/proc/$1/exe" ] && [ ! -e "$4/up" ]; do sleep 1; done
    [ ! -e "$4/up" ] || [ -n "$2" ] || exit 0
    while [ -e "$4/up" ] && [ -e "/proc/$2/exe" ]; do sleep 1; done
    exec "$3" down "$4"' watch $$ "${WATCH:-}" "$here/eng/podman.sh" "$dir" </dev/null >/dev/null 2>&1 &
  podman "$dir" system service --time=0 "unix://$dir/podman.sock" </dev/null >"$dir/log" 2>&1 &
  echo $! >"$dir/pid"
  tries=200
  until ask http://podman/_ping >/dev/null 2>&1; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || { problem=$(tail -n 1 "$dir/log"); down "$dir"; die "no podman can run here: $problem"; }
    sleep 0.05
  done
  ask -X POST -H 'Content-Type: application/x-tar' -T "$cache/image.tar" \
    "http://podman/v1.41/images/create?fromSrc=-&repo=gradientci/test&changes=ENV%20PYTHONDONTWRITEBYTECODE=1&changes=ENV%20DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet || echo /usr/share/dotnet/dotnet)")")" >/dev/null
  # It takes no tag when it imports.
  ask -X POST "http://podman/v1.41/images/gradientci%2Ftest/tag?repo=gradientci/test&tag=1" >/dev/null
  smoke || { problem=$(tail -c 300 "$dir/smoke"); down "$dir"; die "no container can run here: $problem"; }
  echo "$dir"
  : >"$dir/up"
}

smoke() {
  container=$(ask -H 'Content-Type: application/json' -d '{"Image":"gradientci/test:1","Cmd":["true"],"HostConfig":{"NetworkMode":"none","Init":true,"Memory":67108864,"PidsLimit":50,"Ulimits":[{"Name":"core","Soft":0,"Hard":0}]}}' \
    http://podman/v1.41/containers/create | tee "$dir/smoke" | sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
  [ -n "$container" ] || return 1
  ask -X POST "http://podman/v1.41/containers/$container/start" >"$dir/smoke" && [ ! -s "$dir/smoke" ] || return 1
  ask -X POST "http://podman/v1.41/containers/$container/wait" | tee "$dir/smoke" | grep -q '"StatusCode":0' || return 1
  ask -X DELETE "http://podman/v1.41/containers/$container?force=1" >/dev/null
}

down() {
  dir=$1
  [ -e "$dir/pid" ] || { [ ! -e "$dir" ] || die "$dir has no podman"; return 0; }
  ( podman "$dir" rm --all --force --time 0 ) >/dev/null 2>&1 || :
  pid=$(cat "$dir/pid")
  { ! tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qF "$dir/"; } 2>/dev/null || kill "$pid" 2>/dev/null || :
  awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount" 2>/dev/null || :; done
  rm -rf "$dir"
}

case "${1:-}" in
  up) up ;;
  down) down "${2:?usage: podman.sh down DIR}" ;;
  *) die "usage: podman.sh up | down DIR" ;;
esac
