"""How long a proposal of Optuna's TPE takes in 20 dimensions: run by bench/samplers.sh beside ours."""
import statistics
import sys
import time

try:
    import optuna
except ImportError:
    print("Optuna is not installed, so nothing stands beside our times (on Debian: apt-get install python3-optuna).")
    sys.exit(0)

import random

DIMENSIONS = 20
PROPOSALS = 21

optuna.logging.set_verbosity(optuna.logging.ERROR)
space = {f"x{at}": optuna.distributions.FloatDistribution(0, 1) for at in range(DIMENSIONS)}


def trial(draws):
    values = {name: draws.random() for name in space}
    return optuna.trial.create_trial(params=values, distributions=space, value=sum(value * value for value in values.values()))


for multivariate in (False, True):
    for trials in (1_000, 10_000):
        draws = random.Random(1)
        sampler = optuna.samplers.TPESampler(seed=1, multivariate=multivariate)
        study = optuna.create_study(sampler=sampler)
        study.add_trials([trial(draws) for _ in range(trials)])
        study.ask(space)
        times, cpu = [], time.process_time()
        for _ in range(PROPOSALS):
            start = time.perf_counter()
            study.ask(space)
            times.append(time.perf_counter() - start)
        cpu = (time.process_time() - cpu) / PROPOSALS
        print(
            f"Optuna {optuna.__version__} tpe{', multivariate' if multivariate else ''}: a proposal in {DIMENSIONS} dimensions"
            f" after {trials:,} trials: {statistics.median(times) * 1e3:.1f} ms (median of {PROPOSALS}), {cpu * 1e3:.1f} ms of a core",
            flush=True,
        )
