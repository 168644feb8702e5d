#!/bin/sh
# Time per proposal of our samplers, and of Optuna's TPE where it is installed, one after the other on the same machine.
# Usage: bench/samplers.sh [SAMPLER...]
set -eu
here=$(dirname "$0")
echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
dotnet run -c Release --project "$here/GradientCI.Benchmarks" -- proposals "$@"
# The distribution's python has the distribution's Optuna; another one may stand before it on the path.
python=$(command -v /usr/bin/python3 || command -v python3 || true)
if [ -n "$python" ]; then
    "$python" "$here/optuna_times.py"
else
    echo "There is no python3, so nothing stands beside our times."
fi
echo "load: $(cut -d' ' -f1-3 /proc/loadavg)"
