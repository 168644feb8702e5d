#!/bin/sh
# Start-up of the published binary against two programs that start on the same machine in the same minute, by turns, because a
# shared machine changes its speed from second to second. Takes the binary, and how many runs: bench/startup.sh [out/gradientci] [30]
set -eu
cd "$(dirname "$0")/.."
binary=${1:-out/gradientci}
[ -x "$binary" ] || { echo "There is no $binary. Make it: dotnet publish runner/GradientCI.Cli -c Release -r linux-x64 --self-contained -o out" >&2; exit 2; }
exec python3 - "$binary" "${2:-30}" <<'EOF'
import os, statistics, subprocess, sys, time

binary, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2])
commands = {
    "gradientci --help": [binary, "--help"],
    "gradientci validate": [binary, "validate", "examples/.gradient.yml"],
    "python3 -c pass": ["/usr/bin/python3", "-c", "pass"],
    "git --version": ["git", "--version"],
}
wall, cpu = {name: [] for name in commands}, {name: [] for name in commands}
for run in range(-1, runs):
    for name, command in commands.items():
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - began
        if status != 0:
            sys.exit(f"{name} failed")
        if run >= 0:  # the first turn fills the caches
            wall[name].append(took * 1000)
            cpu[name].append((usage.ru_utime + usage.ru_stime) * 1000)
print(f"{'':22}{'wall ms: least':>15}{'median':>8}{'cpu ms: least':>16}{'median':>8}{'median / python3':>18}")
for name in commands:
    ratio = statistics.median(cpu[name]) / statistics.median(cpu["python3 -c pass"])
    print(f"{name:22}{min(wall[name]):15.1f}{statistics.median(wall[name]):8.1f}{min(cpu[name]):16.1f}{statistics.median(cpu[name]):8.1f}{ratio:17.1f}x")
EOF
