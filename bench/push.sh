#!/usr/bin/env bash
# From a push that git has accepted to the first trial's process, with a worker that lives; and from the start of `git push`.
# The peer in the same run: a push to the same repository without our hook.
# usage: bench/push.sh GRADIENTCI [PUSHES]
set -euo pipefail
program=$(realpath "$1"); pushes=${2:-30}
folder=$(mktemp -d)
cd "$folder"
git init --quiet --bare bare.git && git init --quiet work && cd work
git config user.name bench && git config user.email bench@example.org
cat >.gradient.yml <<YAML
version: 1
experiments:
  tiny:
    cache: false
    command: ["sh", "-c", "date +%s%N >$folder/begun.\$GRADIENT_SHA"]
YAML
git add . && git commit --quiet -m one
# git calls the hook when it has taken the push; the earlier hook is called first.
printf '#!/bin/sh\ndate +%%s%%N >%s/received\n' "$folder" >../bare.git/hooks/post-receive && chmod +x ../bare.git/hooks/post-receive

median() { sort -n | awk '{ all[NR] = $1 } END { printf "%.0f ms (slowest %.0f)", all[int((NR + 1) / 2)] / 1e6, all[NR] / 1e6 }'; }
for i in $(seq 5); do git commit --quiet --allow-empty -m "plain $i"; from=$(date +%s%N); git push --quiet ../bare.git HEAD:main; echo $(($(date +%s%N) - from)); done >../plain

"$program" hook install --repo ../bare.git --data "$folder/data" >/dev/null
"$program" worker --data "$folder/data" >/dev/null 2>&1 & worker=$!
trap 'kill $worker; wait $worker; rm -rf "$folder"' EXIT
for i in $(seq "$pushes"); do
  git commit --quiet --allow-empty -m "push $i"
  sha=$(git rev-parse HEAD)
  from=$(date +%s%N); git push --quiet ../bare.git HEAD:main 2>/dev/null; pushed=$(date +%s%N)
  until [ -s "$folder/begun.$sha" ]; do sleep 0.005; done
  begun=$(cat "$folder/begun.$sha")
  [ "$i" -le 3 ] || { echo $((begun - $(cat ../received))) >>../hook; echo $((begun - from)) >>../push; echo $((pushed - from)) >>../waited; }
done
echo "received to first trial: $(median <../hook), bar 150"
echo "git push to first trial: $(median <../push)"
echo "git push itself: $(median <../waited); without our hook: $(median <../plain)"
