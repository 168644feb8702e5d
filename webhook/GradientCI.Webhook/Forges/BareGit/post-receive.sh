#!/bin/sh
# Installed by gradientci hook install. Installing again replaces this file; gradientci hook uninstall takes it away.
# It leaves what was pushed in the inbox of the data folder and shows what the worker makes of it. It refuses no push,
# and waits 15 s at most. A hook that was here before lies beside this one and is called with the same input.
# @REMARK@
data=@DATA@
program=@PROGRAM@
newline='
'

say() { printf 'gradientci: %s\n' "$1"; }

# Runs a program without what git, ssh or a web server told this hook alone, some of it secret.
apart() (
  for name in $(env | sed -nE 's/^((GIT|SSH|HTTP|REMOTE|REQUEST|SERVER|SCRIPT)_[A-Za-z0-9_]*|CONTENT_(TYPE|LENGTH)|QUERY_STRING|PATH_(INFO|TRANSLATED)|AUTH_TYPE|GATEWAY_INTERFACE|DOCUMENT_ROOT)=.*/\1/p'); do
    unset "$name"
  done
  cd / && exec "$@"
)

# Writes down what was pushed; the file gets its name when it is whole.
spool() {
  draft=$(mktemp "$data/inbox/XXXXXXXXXXXX" 2>/dev/null) || return
  trap 'rm -f "$draft" "$draft.answer"' EXIT
  trap 'exit 0' HUP INT TERM PIPE
  {
    printf 'gradientci push 1\nrepository %s\n' "$repository" &&
      options &&
      printf '\n%s\n' "$lines" | sed 1002q &&
      echo end
  } 2>/dev/null >"$draft" && mkfifo -m 600 "$draft.answer" || return

  # Open at both ends, so that the worker finds a reader however early it comes.
  exec 3<>"$draft.answer"
  mv "$draft" "$draft.push"
}

options() {
  at=0
  while [ "$at" -lt "${GIT_PUSH_OPTION_COUNT:-0}" ] && [ "$at" -lt 100 ]; do
    eval "option=\$GIT_PUSH_OPTION_$at"
    case $option in
      *"$newline"*) ;;
      *) printf 'option %s\n' "$option" || return ;;
    esac
    [ "$option" = gradient.wait ] && wait=yes
    at=$((at + 1))
  done
}

# Starts a worker unless one lives: workers share the lock.
wake() {
  for tool in flock setsid timeout; do
    command -v "$tool" >/dev/null 2>&1 || {
      say "recorded, but no worker was started: there is no $tool on the PATH here. Start one with: gradientci worker"
      return 1
    }
  done
  flock -n -E 75 "$data/worker.lock" true 2>/dev/null
  [ $? != 75 ] || return 0
  [ -x "$program" ] || {
    say "recorded, but no worker was started: $program is gone. Install the hook again."
    return 1
  }
  log=$data/worker.log
  { true >>"$log"; } 2>/dev/null || log=/dev/null
  apart setsid --fork @COMMAND@ @WORK@ --data "$data" \
    </dev/null >>"$log" 2>&1 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
}

call_earlier_hook() {
  earlier=${0%/*}/post-receive.before-gradientci
  [ -x "$earlier" ] || return 0
  printf '%s\n' "$lines" 2>/dev/null | "$earlier" "$@" 3<&-
  code=$?
  [ "$code" = 0 ] || say "the earlier hook $earlier ended with exit code $code"
}

show_answer() {
  answer=$(timeout 15 sed '/^end$/q' <&3 2>/dev/null)
  case $answer in
    end | *"${newline}end") ;;
    *) 
      say "recorded; the runs will appear in: gradientci list --repo $repository"
      [ "$(printf '%s\n' "$lines" | wc -l)" -le 1000 ] || say "of this push the first 1,000 refs are looked at"
      ;;
  esac
  while IFS= read -r line; do
    case $line in
      'say '*) say "${line#say }" ;;
      'run '*) runs="$runs ${line#run }" ;;
    esac
  done <<END
$answer
END
}

lines=$(cat)
repository=$(pwd -P)
code=0
runs=
wait=
[ -n "$lines" ] || exit 0
if spool; then
  wake && woken=yes || woken=
  call_earlier_hook "$@"
  [ -z "$woken" ] || show_answer
  for run in $runs; do
    [ -z "$wait" ] || apart @COMMAND@ watch "$run" --repo "$repository" --data "$data" </dev/null 3<&-
  done
else
  say "nothing was started: $data/inbox is not there, is full, or cannot be written. See: gradientci hook status --repo $repository"
  call_earlier_hook "$@"
fi
exit "$code"
