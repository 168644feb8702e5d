using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Testing.Snapshots;

/// <summary>
/// Builds a run with its trials: <c>new SnapshotBuilder("digits", 12).Objective("val_acc").Trial("lr=0.1", ("val_acc", [0.8, 0.9])).Build()</c>.
/// Everything not said has a fixed, plausible value.
/// </summary>
public sealed class SnapshotBuilder(string experiment = "digits", int number = 12)
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private readonly List<TrialSnapshot> _trials = [];
    private readonly List<Parameter> _space = [];

    /// <summary>The run so far; tests may replace any of it.</summary>
    public Run Run { get; set; } = new()
    {
        Id = new RunId(new ProjectId("digits-3fa2c1"), experiment, number),
        Spec = new ExperimentSpec
        {
            Name = experiment,
            Description = "Softmax regression on 8×8 digits",
            Command = new CommandSpec(["python train.py --lr ${{ lr }}"], true),
        },
        Commit = new Commit
        {
            Sha = Sha(number),
            Tree = new string('e', 40),
            Parents = [Sha(number - 1)],
            AuthorName = "Ada Lovelace",
            AuthorEmail = "ada@example.org",
            Time = Start.AddMinutes(-5),
            Message = "Raise the learning rate\n\nIt was too low.",
            Ref = "refs/heads/exp/learning-rate",
        },
        ManifestDigest = new string('a', 64),
        Provenance = new Provenance
        {
            Host = "atlas",
            OperatingSystem = "Debian GNU/Linux 12, Linux 6.1.0",
            Cpu = "AMD EPYC 7302, 2 cores",
            MemoryBytes = 8L << 30,
            GitVersion = "2.39.5",
            RuntimeVersion = "10.0.1",
            ProductVersion = "0.1.0",
        },
        Executor = "process",
        SamplerNote = "grid, because the space has 8 points",
        State = RunState.Finished,
        CreatedAt = Start,
        StartedAt = Start.AddSeconds(0.2),
        EndedAt = Start.AddSeconds(41.2),
    };

    /// <summary>A commit's name that follows from a number.</summary>
    public static CommitSha Sha(int number) => new($"{0xabc1234567 + number:x10}{new string('d', 30)}");

    /// <summary>A series from its values at x = 0, 1, 2….</summary>
    public static SeriesSnapshot Series(params double[] values)
    {
        MetricPoint[] points = [.. values.Select((value, index) => new MetricPoint(index, value, Start))];
        return SeriesSnapshot.Of(SeriesSummary.Of(points), points, 500);
    }

    /// <summary>Changes the experiment.</summary>
    public SnapshotBuilder Spec(Func<ExperimentSpec, ExperimentSpec> change)
    {
        Run = Run with { Spec = change(Run.Spec) };
        return this;
    }

    /// <summary>Changes the run.</summary>
    public SnapshotBuilder With(Func<Run, Run> change)
    {
        Run = change(Run);
        return this;
    }

    /// <summary>Gives the experiment an objective.</summary>
    public SnapshotBuilder Objective(string metric, Direction direction = Direction.Maximize) =>
        Spec(spec => spec with { Objectives = [.. spec.Objectives, new Objective(metric, direction)] });

    /// <summary>Gives the experiment a check that a metric is at least so much.</summary>
    public SnapshotBuilder AtLeast(string metric, double low, bool required = true) => Spec(spec => spec with
    {
        Checks = [.. spec.Checks, new CheckSpec { Metric = metric, Target = new Interval(low, true, null, false, $">= {low}"), Required = required }],
    });

    /// <summary>Adds a searched parameter.</summary>
    public SnapshotBuilder Search(string name, ParameterDomain domain)
    {
        _space.Add(new Parameter(name, domain, []));
        return Spec(spec => spec with { Sweep = spec.Sweep with { Space = new SearchSpace([.. _space]) } });
    }

    /// <summary>Adds a succeeded trial.</summary>
    /// <param name="parameters"><c>lr=0.1, batch=64, optimizer=sgd</c>; equal parameters are repeats of one set.</param>
    /// <param name="series">Metrics with their values at x = 0, 1, 2….</param>
    public SnapshotBuilder Trial(string parameters, params (string Metric, double[] Values)[] series) =>
        Trial(Read(parameters), TrialState.Succeeded, "", [.. series.Select(one => (one.Metric, Series(one.Values)))]);

    /// <summary>Adds a trial that ended otherwise, or has not ended.</summary>
    public SnapshotBuilder Trial(string parameters, TrialState state, string reason = "", params (string Metric, double[] Values)[] series) =>
        Trial(Read(parameters), state, reason, [.. series.Select(one => (one.Metric, Series(one.Values)))]);

    /// <summary>Adds a trial.</summary>
    public SnapshotBuilder Trial(ParameterSet parameters, TrialState state, string reason, params (string Metric, SeriesSnapshot Series)[] series)
    {
        var id = new TrialId(Run.Id, _trials.Count + 1);
        var twins = _trials.Where(trial => trial.Trial.Parameters.Equals(parameters)).ToArray();
        var begun = Start.AddSeconds(0.2 + (_trials.Count * 1.5));
        var trial = new Trial
        {
            Id = id,
            ParameterSetNumber = twins.Length > 0
                ? twins[0].Trial.ParameterSetNumber
                : _trials.Select(other => other.Trial.ParameterSetNumber).DefaultIfEmpty(0).Max() + 1,
            Repeat = twins.Length + 1,
            Parameters = parameters,
            Seed = 1_000 + id.Number,
            Command = ["python train.py --lr 0.1"],
            Fingerprint = new string('f', 64),
            State = state,
            Reason = reason,
            Attempts = state == TrialState.Queued ? [] :
            [
                new Attempt
                {
                    Id = new AttemptId(id, 1),
                    Outcome = state switch { TrialState.Succeeded => AttemptOutcome.Succeeded, TrialState.Failed => AttemptOutcome.Failed, _ => null },
                    ExitCode = state switch { TrialState.Succeeded => 0, TrialState.Failed => 1, _ => null },
                    Reason = reason,
                    PreparingAt = begun,
                    StartedAt = begun.AddSeconds(0.05),
                    EndedAt = state.HasEnded() ? begun.AddSeconds(1.45) : null,
                },
            ],
        };
        _trials.Add(new TrialSnapshot(trial, series.ToImmutableSortedDictionary(one => one.Metric, one => one.Series, StringComparer.Ordinal)));
        return this;
    }

    /// <summary>Makes the last trial one that took an earlier result over.</summary>
    /// <param name="origin">The trial that computed it: its run's number and its own.</param>
    /// <param name="saved">How long that one ran.</param>
    public SnapshotBuilder Cached((int Run, int Trial) origin, TimeSpan saved)
    {
        var last = _trials[^1];
        var from = new TrialId(Run.Id with { Number = origin.Run }, origin.Trial);
        _trials[^1] = last with { Trial = last.Trial with { Attempts = [], CachedFrom = from, Saved = saved } };
        return this;
    }

    /// <summary>The snapshot.</summary>
    public RunSnapshot Build() => new(Run, [.. _trials]);

    private static ParameterSet Read(string parameters) => new(parameters
        .Split(", ", StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .Select(pair => KeyValuePair.Create(pair[0], Value(pair[1]))));

    private static ParameterValue Value(string text) =>
        long.TryParse(text, out var integer) ? ParameterValue.Of(integer)
        : double.TryParse(text, out var real) ? ParameterValue.Of(real)
        : bool.TryParse(text, out var truth) ? ParameterValue.Of(truth)
        : ParameterValue.Of(text);
}
