#!/usr/bin/env bash
# Trials of `true`, two at a time, recorded and reported, against GNU parallel and xargs doing the same in the same run.
# usage: bench/trials.sh GRADIENTCI [TRIALS…]      needs git, parallel, xargs; TMPDIR says which disk
#
# Nothing is deleted before the end: for minutes after a deletion ext4 looks through the inodes that it freed whenever a
# file is made, and whoever makes files then is slow. Between two runs of this script let five minutes go by.
set -euo pipefail
program=$(realpath "$1"); shift
counts=("${@:-1000}")
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
cd "$folder" && git init --quiet work && cd work
git config user.name bench && git config user.email bench@example.org

seconds() { local from=$EPOCHREALTIME; "$@" >/dev/null 2>&1 </dev/null; awk -v a="$from" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }'; }
rate() { awk -v n="$1" -v s="$2" 'BEGIN { printf "%.0f", n / s }'; }

for count in "${counts[@]}"; do
  cat >.gradient.yml <<YAML
version: 1
experiments:
  tiny:
    command: ["true"]
    sweep: { parameters: { n: { int: [1, $count] } }, max-trials: $count, sampler: grid }
YAML
  git add . && git commit --quiet --allow-empty -m "$count trials"
  one=$(seconds "$program" run --set n=1 --parallel 2 --no-cache --data "$folder/data-$count")
  ours=$(seconds "$program" run --parallel 2 --no-cache --data "$folder/data-$count")
  gnu=$(seconds sh -c "seq $count | parallel -j2 true")
  xargs=$(seconds sh -c "seq $count | xargs -P2 -n1 true")
  echo "$count trials: gradientci $(rate "$count" "$ours")/s ($(awk -v n="$count" -v s="$ours" 'BEGIN { printf "%.2f", 1000 * s / n }') ms each; start, plan and report of one trial: $one s)," \
    "parallel -j2 $(rate "$count" "$gnu")/s, xargs -P2 $(rate "$count" "$xargs")/s," \
    "ratio to parallel $(awk -v a="$gnu" -v b="$ours" 'BEGIN { printf "%.2f", a / b }')"
done
