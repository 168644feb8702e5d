#!/usr/bin/env bash
# Builds everything and runs every test; installs what is missing when it may, and says what could not be had.
# Needs: the .NET SDK 10, git, python3; node and npm for one test. Ends with the line "N passed, N failed, N skipped"; exit code 0 when none failed.
set -uo pipefail
cd "$(dirname "$0")/.."

missing() { ! command -v "$1" >/dev/null 2>&1; }

# What the tests use beside .NET, by command and Debian package. Without root nothing is installed; the tests that need
# the thing then skip, and print the reason.
want=()
missing git && want+=(git)
missing python3 && want+=(python3)
missing setsid && want+=(util-linux)
missing chromium && want+=(chromium)
missing faketime && want+=(faketime)
missing node && want+=(nodejs)
missing npm && want+=(npm)
if [ "${#want[@]}" -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && ! missing apt-get; then
    echo "Installing: ${want[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${want[@]}"; } >/dev/null 2>&1 ||
      echo "Could not install: ${want[*]}; the tests that need them skip."
  else
    echo "Not installed, and not ours to install: ${want[*]}; the tests that need them skip."
  fi
fi

if [ ! -d tests/npm/node_modules ] && ! missing npm; then
  npm ci --ignore-scripts --no-audit --no-fund --silent --prefix tests/npm >/dev/null 2>&1 ||
    echo "Could not install the packages of tests/npm; the tests that need them skip."
fi

# A Docker Engine for the whole run, gone with it. Where there can be none its tests skip, and print the reason.
if engine=$(WATCH=$$ timeout 300 eng/engine.sh up); then
  export GRADIENTCI_TEST_ENGINE=$engine
else
  echo "No Docker Engine; the tests that need one skip."
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build GradientCI.sln -c Release -v quiet || { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

results=artifacts/test-results
rm -rf "$results"
# One project after the other: tests that wait for real processes need the cores that they count on.
dotnet test GradientCI.sln -c Release --no-build -m:1 -v quiet --logger "trx" --logger "console;verbosity=minimal" --results-directory "$results"
code=$?

# The README's way to install: the command as it stands there, and the binary that comes out of it.
published=$(mktemp -d)
installs=1
sh -c "$(grep '^dotnet publish ' README.md | sed 's/ -o out$//') -v quiet -o $published" >"$published.log" 2>&1 &&
  "$published/gradientci" validate examples/.gradient.yml && installs=0 || tail -5 "$published.log"
rm -rf "$published" "$published.log"

python3 - "$results" "$code" "$installs" <<'PY'
import glob, sys, xml.etree.ElementTree as tree

folder, code, installs = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
passed, failed, skipped = (1, 0, 0) if installs == 0 else (0, 1, 0)
if installs != 0:
    print("Failed: the README's dotnet publish, or the binary that it makes")
reasons, failures = {}, []
for path in glob.glob(f"{folder}/*.trx"):
    for result in tree.parse(path).getroot().iter("{http://microsoft.com/schemas/VisualStudio/TeamTest/2010}UnitTestResult"):
        outcome = result.get("outcome")
        passed += outcome == "Passed"
        failed += outcome == "Failed"
        if outcome == "Failed":
            message = result.find(".//{*}Message")
            failures.append((result.get("testName"), " ".join((message.text or "").split())[:300] if message is not None else ""))
        if outcome == "NotExecuted":
            skipped += 1
            text = "".join(result.itertext()).strip() or "no reason given"
            reasons.setdefault(text, []).append(result.get("testName"))
for reason, tests in reasons.items():
    print(f"Skipped {len(tests)}: {reason}")
    for test in tests:
        print(f"  {test}")
for test, message in sorted(failures):
    print(f"Failed: {test}: {message}")
# A runner that died without a verdict is a failure, whatever the files say.
if code != 0 and failed == 0:
    failed = 1
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(1 if failed or passed == 0 else 0)
PY
