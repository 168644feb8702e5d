#!/bin/sh
# A Docker Engine of our own for the tests: its socket, data and network are its own, and its image is made of Debian
# packages, so that no registry is asked. Needs root.
#
#   engine.sh up       starts it, and prints the folder that it lives in (DIR/docker.sock, image gradientci/test:1)
#   engine.sh down DIR removes its containers, stops it, and removes the folder
#
#   WATCH=PID          it goes down by itself when that process is gone
#   LIVE_RESTORE=0     containers end with the daemon
#   NVIDIA=0           it can give no GPU to containers, and says so
#   INSTALL=0          fail rather than install Debian packages
#   CACHE=DIR          where the image is kept [default: artifacts/engine of the repository]
set -eu
export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
here=$(cd "$(dirname "$0")/.." && pwd)
cache=${CACHE:-$here/artifacts/engine}
say() { echo "engine: $*" >&2; }
die() { say "$*"; exit 1; }
[ "$(id -u)" = 0 ] || die "starting a Docker Engine takes root"

# Nothing that a package brings is to start by itself.
install() {
  [ "${INSTALL:-1}" = 1 ] || die "not installed:$*"
  command -v apt-get >/dev/null || die "not installed:$*"
  policy=/usr/sbin/policy-rc.d own=
  [ -e $policy ] || { own=1; printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; }
  export DEBIAN_FRONTEND=noninteractive
  done=0
  # shellcheck disable=SC2086
  { apt-get install -y -qq --no-install-recommends $* || { apt-get update -qq && apt-get install -y -qq --no-install-recommends $*; }; } >/dev/null 2>&1 && done=1
  [ -z "$own" ] || rm -f $policy
  [ $done = 1 ] || die "apt-get cannot install:$*"
}

# Packages unpacked side by side, without their scripts: Python, a shell, and what the .NET runtime needs.
make_image() {
  [ ! -s "$cache/image.tar" ] || return 0
  mkdir -p "$cache/debs"
  packages="python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libc6 libgcc-s1 libstdc++6 zlib1g libexpat1 libssl3 libffi8 libbz2-1.0 liblzma5 libsqlite3-0 libuuid1 libcrypt1 busybox-static"
  # shellcheck disable=SC2086
  ( cd "$cache/debs" && rm -f -- *.deb && { apt-get -q download $packages || { apt-get -q update && apt-get -q download $packages; }; } ) >"$cache/apt.log" 2>&1 ||
    { tail -n 3 "$cache/apt.log" >&2; die "apt-get cannot download the image's packages"; }
  root=$(mktemp -d)
  for package in "$cache"/debs/*.deb; do dpkg -x "$package" "$root"; done
  rm -rf "$root"/usr/share/doc "$root"/usr/share/man "$root"/usr/share/lintian "$root"/usr/share/locale "$root"/usr/lib/*/gconv "$cache/debs"
  mkdir -p "$root/bin" "$root/tmp" "$root/var/tmp" "$root/proc" "$root/sys" "$root/dev" "$root/etc" "$root/root" "$root/run"
  chmod 1777 "$root/tmp" "$root/var/tmp" # a tmpfs takes the mode of the image's folder
  ln -sf python3.11 "$root/usr/bin/python3"
  "$root/bin/busybox" --list | while read -r applet; do [ -e "$root/bin/$applet" ] || ln -s busybox "$root/bin/$applet"; done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$root/etc/group"
  tar -C "$root" --owner=0 --group=0 --sort=name --mtime=@0 -cf "$cache/image.tar.part" . && mv "$cache/image.tar.part" "$cache/image.tar"
  rm -rf "$root"
}

up() {
  need=
  command -v dockerd >/dev/null || need="$need docker.io"
  command -v curl >/dev/null || need="$need curl"
  command -v iptables >/dev/null || need="$need iptables"
  command -v docker-registry >/dev/null || need="$need docker-registry"
  command -v ip >/dev/null || need="$need iproute2"
  # shellcheck disable=SC2086
  [ -z "$need" ] || install $need
  make_image

  dir=$(mktemp -d /tmp/gradientci-engine.XXXXXX)
  chmod 711 "$dir"
  mkdir "$dir/bin" "$dir/data"
  # An Engine takes GPUs for known when a program of this name is on its PATH: requests for them can then be tested.
  if [ "${NVIDIA:-1}" = 1 ]; then
    printf '#!/bin/sh\nexec cat >/dev/null\n' >"$dir/bin/nvidia-container-runtime-hook"
    chmod 755 "$dir/bin/nvidia-container-runtime-hook"
  fi
  mkdir "$dir/lower" "$dir/upper" "$dir/work" "$dir/merged"
  driver=vfs
  ! mount -t overlay overlay -o "lowerdir=$dir/lower,upperdir=$dir/upper,workdir=$dir/work" "$dir/merged" 2>/dev/null || { driver=overlay2; umount "$dir/merged"; }
  rmdir "$dir/lower" "$dir/merged"; rm -rf "$dir/upper" "$dir/work"

  # In a network namespace of its own it can touch neither the bridge nor the rules of another Engine.
  cat >"$dir/daemon.json" <<CONF
{ "data-root": "$dir/data", "exec-root": "$dir/exec", "pidfile": "$dir/dockerd.pid", "hosts": ["unix://$dir/docker.sock"],
  "storage-driver": "$driver", "live-restore": $([ "${LIVE_RESTORE:-1}" = 1 ] && echo true || echo false) }
CONF
  cat >"$dir/ctl" <<CTL
#!/bin/sh
# ctl start|stop|kill: the daemon alone; containers live on, unless it was told otherwise.
answers() { curl -sf --max-time 2 --unix-socket $dir/docker.sock http://engine/_ping >/dev/null 2>&1; }
ours() { { tr '\\0' '\\n' </proc/\$1/cmdline | grep -qF "$dir/"; } 2>/dev/null; }
gone() { tries=600; while [ \$tries -gt 0 ] && [ -e /proc/\$1/exe ]; do sleep 0.05; tries=\$((tries-1)); done; }
pid=\$(cat $dir/dockerd.pid 2>/dev/null) && ours \$pid || pid=

# Ids are given again within minutes on a busy machine, and dockerd takes whoever has one for what it left behind: a
# containerd that is only about to die with its dockerd, or a stranger, and then waits for it in vain.
clear() {
  containerd=\$(cat $dir/exec/containerd/containerd.pid 2>/dev/null) && ours \$containerd && { kill -KILL \$containerd; gone \$containerd; }
  rm -f $dir/dockerd.pid $dir/exec/containerd/containerd.pid
}

case "\$1" in
  start)
    [ -z "\$pid" ] || ! answers || exit 0
    [ -z "\$pid" ] || { kill -KILL \$pid; gone \$pid; }
    for attempt in 1 2 3; do
      clear
      PATH=$dir/bin:$PATH setsid unshare --net dockerd --config-file $dir/daemon.json </dev/null >>$dir/dockerd.log 2>&1 &
      daemon=\$! tries=600
      while [ \$tries -gt 0 ] && kill -0 \$daemon 2>/dev/null; do
        ! answers || exit 0
        sleep 0.05; tries=\$((tries-1))
      done
      kill -KILL \$daemon 2>/dev/null; wait \$daemon
    done
    tail -n 5 $dir/dockerd.log >&2
    exit 1 ;;
  stop|kill)
    [ -n "\$pid" ] || exit 0
    [ \$1 = kill ] && kill -KILL \$pid || kill -TERM \$pid
    gone \$pid ;;
esac
CTL
  chmod 755 "$dir/ctl"
  # Before there is a daemon: whoever kills this script leaves none behind.
  # shellcheck disable=SC2016
  setsid sh -c '
    while [ -e "/proc/$1/exe" ] && [ ! -e "$4/up" ]; do sleep 1; done
    [ ! -e "$4/up" ] || [ -n "$2" ] || exit 0
    while [ -e "$4/up" ] && [ -e "/proc/$2/exe" ]; do sleep 1; done
    exec "$3" down "$4"' watch $$ "${WATCH:-}" "$here/eng/engine.sh" "$dir" </dev/null >/dev/null 2>&1 &
  "$dir/ctl" start || { down "$dir"; die "no Docker Engine can run here"; }
  curl -sf --max-time 120 --unix-socket "$dir/docker.sock" -X POST -H 'Content-Type: application/x-tar' -T "$cache/image.tar" \
    "http://engine/v1.41/images/create?fromSrc=-&repo=gradientci/test&tag=1&changes=ENV%20PYTHONDONTWRITEBYTECODE=1&changes=ENV%20DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet || echo /usr/share/dotnet/dotnet)")")" >/dev/null ||
    { down "$dir"; die "the image cannot be imported"; }
  smoke || { problem=$(tail -c 300 "$dir/smoke"); down "$dir"; die "no container can run here: $problem"; }
  echo "$dir"
  : >"$dir/up"
}

# What a machine may lack that shows with a container only: control groups, namespaces.
smoke() {
  ask() { curl -sS --max-time 60 --unix-socket "$dir/docker.sock" -H 'Content-Type: application/json' "$@" 2>&1 | tee "$dir/smoke"; }
  container=$(ask -d '{"Image":"gradientci/test:1","Cmd":["true"],"HostConfig":{"NetworkMode":"none","Init":true,"Memory":67108864,"PidsLimit":50}}' \
    http://engine/v1.41/containers/create | sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p')
  [ -n "$container" ] || return 1
  [ -z "$(ask -X POST "http://engine/v1.41/containers/$container/start")" ] || return 1
  ask -X POST "http://engine/v1.41/containers/$container/wait" | grep -q '"StatusCode":0' || return 1
  ask -X DELETE "http://engine/v1.41/containers/$container" >/dev/null
}

# What names the folder on its command line, and nothing else.
processes() {
  for process in /proc/[0-9]*; do
    case "$(cat "$process/comm" 2>/dev/null)" in
      ctl | dockerd | containerd | containerd-shim* | docker-proxy)
        ! { tr '\0' '\n' <"$process/cmdline" | grep -qF "$1/"; } 2>/dev/null || echo "${process#/proc/}" ;;
    esac
  done
}

down() {
  dir=$1
  [ -e "$dir/daemon.json" ] || { [ ! -e "$dir" ] || die "$dir has no Engine"; return 0; }
  # Whoever was killed while it started the daemon left that behind, which would go on.
  for pid in $(processes "$dir"); do [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != ctl ] || kill -9 "$pid" 2>/dev/null || :; done
  # A container outlives its Engine, and only an Engine can end it for good.
  "$dir/ctl" start || :
  curl -s --max-time 10 --unix-socket "$dir/docker.sock" 'http://engine/v1.41/containers/json?all=1' 2>/dev/null | tr ',' '\n' | sed -n 's/.*"Id":"\([0-9a-f]\{64\}\)".*/\1/p' |
    while read -r id; do curl -s --max-time 30 -o /dev/null --unix-socket "$dir/docker.sock" -X DELETE "http://engine/v1.41/containers/$id?force=1&v=1"; done
  "$dir/ctl" stop
  tries=100
  for pid in $(processes "$dir"); do kill "$pid" 2>/dev/null || :; done
  while [ $tries -gt 0 ] && [ -n "$(processes "$dir")" ]; do sleep 0.05; tries=$((tries-1)); done
  for pid in $(processes "$dir"); do kill -9 "$pid" 2>/dev/null || :; done
  awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r | while read -r mount; do umount -l "$mount" 2>/dev/null || :; done
  rm -rf "$dir"
}

case "${1:-}" in
  up) up ;;
  down) down "${2:?usage: engine.sh down DIR}" ;;
  *) die "usage: engine.sh up | down DIR" ;;
esac
