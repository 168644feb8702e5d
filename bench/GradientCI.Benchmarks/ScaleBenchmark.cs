using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Runner;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Orchestration;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;

namespace GradientCI.Benchmarks;

/// <summary>A sweep of thousands of trials, hundreds at once, on the real database and a simulated clock: what its decisions cost at its beginning and at its end.</summary>
internal static class ScaleBenchmark
{
    private const int AtOnce = 500;
    private const int Window = 1_000;
    private static readonly Worker Me = new(new WorkerId("bench"), "bench", 1, TakesAnyRun: true);

    /// <param name="trials">How many, at least twice the window.</param>
    /// <param name="samplers">The samplers, in turn.</param>
    public static async Task RunAsync(int trials, IReadOnlyList<string> samplers)
    {
        await MeasureAsync(samplers[0], 2 * AtOnce, isTold: false);
        foreach (var sampler in samplers)
        {
            await MeasureAsync(sampler, trials, isTold: true);
        }
    }

    private static async Task MeasureAsync(string sampler, int trials, bool isTold)
    {
        var folder = Directory.CreateTempSubdirectory("gradientci-bench-").FullName;
        try
        {
            var clock = new SimulatedClock();
            await using var store = await SqliteExperimentStore.OpenAsync(folder, clock, CancellationToken.None);
            var times = new CallTimes();
            var run = await RecordAsync(store, sampler, trials, clock);
            using var slots = new SlotPool(AtOnce, []);
            using var sweep = await Sweep.LoadAsync(run, new Workbench
            {
                Data = new DataFolder(folder),
                Store = TimedCalls<IExperimentStore>.Around(store, times),
                Queue = TimedCalls<IWorkQueue>.Around(store, times),
                Worker = Me.Id,
                Executor = new NoExecutor(),
                Slots = slots,
                Workspaces = null,
                Repository = folder,
                Time = clock,
            });
            var windows = await DriveAsync(sweep, store, clock, times, trials);
            if (isTold)
            {
                Tell(sampler, trials, windows);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Run> RecordAsync(SqliteExperimentStore store, string sampler, int trials, SimulatedClock clock)
    {
        var project = new ProjectId("bench");
        await store.PutProjectAsync(new Project(project, "bench", "/bench"), CancellationToken.None);
        await store.RenewAsync(Me, TimeSpan.FromDays(3650), CancellationToken.None);
        ImmutableArray<Parameter> parameters = [.. Enumerable.Range(0, 6).Select(at => new Parameter($"x{at}", new FloatDomain(0, 1), []))];
        var run = await store.CreateRunAsync(
            new Run
            {
                Id = new RunId(project, "bench", 0),
                Spec = new ExperimentSpec
                {
                    Name = "bench",
                    Command = new CommandSpec(["true"], IsShell: true),
                    Cache = false,
                    Objectives = [new Objective("loss", Direction.Minimize)],
                    Sweep = new SweepSpec { Space = new SearchSpace(parameters), Sampler = sampler, MaxTrials = trials, Parallel = AtOnce },
                },
                Commit = new Commit { Sha = new CommitSha(new string('0', 40)), Tree = "" },
                ManifestDigest = "",
                Provenance = new Provenance(),
                Executor = "simulated",
                SamplerNote = $"{sampler}: measured",
                CreatedAt = clock.Now,
            },
            null,
            CancellationToken.None);
        await store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, clock.Now), CancellationToken.None);
        return run;
    }

    // Events in the order of their time: whichever trial ends next makes room for the next one.
    private static async Task<List<Costs>> DriveAsync(Sweep sweep, SqliteExperimentStore store, SimulatedClock clock, CallTimes times, int trials)
    {
        var random = new Random(1);
        var running = new PriorityQueue<Trial, DateTimeOffset>();
        var windows = new List<Costs>();
        var costs = new Costs();
        for (var started = 0; started < trials || running.Count > 0;)
        {
            if (started < trials && running.Count < AtOnce)
            {
                running.Enqueue(await BeginAsync(sweep, store, times, costs), clock.Now + TimeSpan.FromSeconds(60 * Math.Exp(random.NextDouble())));
                if (++started % Window == 0)
                {
                    costs.Processor = Environment.CpuUsage.TotalTime - costs.Processor;
                    windows.Add(costs);
                    costs = new Costs();
                }

                continue;
            }

            running.TryDequeue(out var trial, out var end);
            clock.Now = end;
            await EndAsync(sweep, store, clock, costs, trial!);
        }

        return windows;
    }

    private static async Task<Trial> BeginAsync(Sweep sweep, SqliteExperimentStore store, CallTimes times, Costs costs)
    {
        times.Clear();
        var start = Stopwatch.GetTimestamp();
        var trial = (await sweep.NextAsync([])).Trial!;
        var all = Stopwatch.GetElapsedTime(start);
        costs.Claim += times.Of(nameof(IWorkQueue.ClaimTrialAsync));
        costs.Proposal += all - times.Total;
        costs.Next += all;
        var attempt = trial.Attempts[0] with { StartedAt = trial.Attempts[0].PreparingAt, Handle = "1 2 3" };
        await store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Starting, TrialState.Running, attempt), CancellationToken.None);
        return trial with { State = TrialState.Running, Attempts = [attempt] };
    }

    private static async Task EndAsync(Sweep sweep, SqliteExperimentStore store, SimulatedClock clock, Costs costs, Trial trial)
    {
        var loss = trial.Parameters.Sum(item => Math.Pow(item.Value.AsDouble - 0.3, 2));
        await store.AppendPointsAsync(trial.Attempts[0].Id, Me.Id, [new SeriesChunk("loss", [new MetricPoint(1, loss, clock.Now)])], 10, 0, CancellationToken.None);
        var attempt = trial.Attempts[0] with { Outcome = AttemptOutcome.Succeeded, EndedAt = clock.Now };
        await store.UpdateTrialAsync(new TrialUpdate(trial.Id, TrialState.Running, TrialState.Succeeded, attempt), CancellationToken.None);
        var start = Stopwatch.GetTimestamp();
        await sweep.RecordAsync(trial with { State = TrialState.Succeeded, Attempts = [attempt] });
        costs.Record += Stopwatch.GetElapsedTime(start);
        costs.Ends++;
    }

    private static void Tell(string sampler, int trials, List<Costs> windows)
    {
        // A sampler that learns has nothing to learn from in most of the first.
        var (first, second, last) = (windows[0], windows[1], windows[^1]);
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{sampler}, {trials:N0} trials, {AtOnce} at once: first {Window:N0} {first}; second {second}; last {last}"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sampler}, the last against the first: claim {last.Claim / first.Claim:F2}, record {last.Record / last.Ends / (first.Record / first.Ends):F2}, proposal {last.Proposal / first.Proposal:F2} (against the second {last.Proposal / second.Proposal:F2}), a core's time {last.Processor / first.Processor:F2} ({last.Processor / second.Processor:F2}); at most {process.PeakWorkingSet64 >> 20} MB resident"));
    }

    private sealed class Costs
    {
        public TimeSpan Claim { get; set; }

        public TimeSpan Proposal { get; set; }

        public TimeSpan Next { get; set; }

        public TimeSpan Record { get; set; }

        /// <summary>How many were recorded: while the first ones start, none ends.</summary>
        public int Ends { get; set; }

        /// <summary>Of all cores, for whole trials: what a busy machine does not hide. Until the window ends, when it began.</summary>
        public TimeSpan Processor { get; set; } = Environment.CpuUsage.TotalTime;

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture,
            $"claim {Claim.TotalMilliseconds / Window:F3} ms, proposal {Proposal.TotalMilliseconds / Window:F3} ms (with the database {Next.TotalMilliseconds / Window:F3} ms), record {Record.TotalMilliseconds / Ends:F3} ms, a whole trial {Processor.TotalMilliseconds / Window:F3} ms of a core");
    }
}
