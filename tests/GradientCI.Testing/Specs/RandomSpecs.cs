using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Testing.Specs;

/// <summary>Experiments with every field set to something, for properties: equal seeds give equal specs.</summary>
/// <remarks>They are well-formed, not sensible: a check may ask for a metric that nobody prints.</remarks>
public static class RandomSpecs
{
    private static readonly string[] Words =
        ["lr", "val_acc", "loss", "größe", "日本", "a b", "it's", "\"q\"", "x\\y", "line\nbreak", "nul\0", "🙂", "--flag", "src/**", "</script>", ""];

    public static ExperimentSpec Next(Random random) => new()
    {
        Name = "experiment-" + random.Next(1000),
        Description = Word(random),
        On = new TriggerSpec
        {
            Push = Maybe(random, () => new PushTrigger
            {
                Branches = Texts(random), BranchesIgnore = Texts(random), Tags = Texts(random), TagsIgnore = Texts(random),
                Paths = Texts(random), PathsIgnore = Texts(random), EveryCommit = Coin(random),
            }),
            PullRequest = Maybe(random, () => new PullRequestTrigger
            {
                Branches = Texts(random), BranchesIgnore = Texts(random), Paths = Texts(random), PathsIgnore = Texts(random),
                ForksAfterApproval = Coin(random),
            }),
            Schedule = Maybe(random, () => "0 3 * * *"),
            Comment = Coin(random),
        },
        Baseline = Any<BaselineMode>(random),
        CancelSuperseded = Coin(random),
        Image = Maybe(random, () => Word(random)),
        Build = Maybe(random, () => new BuildSpec("Dockerfile", ".", Map(random), Maybe(random, () => Word(random)))),
        Setup = Maybe(random, () => Word(random)),
        SetupFiles = Texts(random),
        Command = new CommandSpec([.. Texts(random), Word(random)], Coin(random)),
        Workdir = Word(random),
        Env = Map(random),
        Secrets = Texts(random),
        SecretFiles = Texts(random),
        Resources = new ResourceSpec
        {
            Gpus = random.Next(4) / 2.0, GpuType = Maybe(random, () => "a100"), Cpus = Perhaps(random, random.NextDouble() * 8),
            MemoryBytes = Perhaps(random, random.NextInt64()), ShmBytes = Perhaps(random, random.NextInt64()),
        },
        Nodes = Maybe(random, () => new NodesSpec(random.Next(1, 9), "torchrun")),
        Timeout = Perhaps(random, TimeSpan.FromMilliseconds(random.Next())),
        Retries = new RetrySpec
        {
            Max = random.Next(5), OnLost = Coin(random), OnOutOfMemory = Coin(random), OnFailure = Coin(random), OnTimeout = Coin(random),
            OnExitCodes = [.. Many(random, () => random.Next(256))],
        },
        Inputs = Texts(random),
        Cache = Coin(random),
        Artifacts = Texts(random),
        Datasets = Map(random),
        MayWriteStorage = Coin(random),
        Ports = [.. Many(random, () => random.Next(65536))],
        Parameters = Set(random),
        Sweep = new SweepSpec
        {
            Space = new SearchSpace([.. Many(random, () => new Parameter(Word(random), Domain(random), [.. Many(random, () => new Condition(Word(random), Values(random)))]))]),
            Sampler = Word(random),
            WarmStart = Coin(random),
            MaxTrials = Perhaps(random, random.Next()),
            Parallel = Perhaps(random, random.Next()),
            Repeats = random.Next(1, 9),
            Seed = random.NextInt64(long.MinValue, long.MaxValue),
            Pruner = Maybe(random, () => new PrunerSpec("asha", Many(random, () => random.Next(99)).Distinct().ToImmutableSortedDictionary(i => "k" + i, i => Number(random), StringComparer.Ordinal))),
            Stop = new StopSpec
            {
                After = Perhaps(random, TimeSpan.FromTicks(random.NextInt64(1L << 50))), GpuHours = Perhaps(random, Number(random)),
                Target = Perhaps(random, Number(random)), Patience = Perhaps(random, random.Next()),
            },
        },
        Objectives = [.. Many(random, () => new Objective(Word(random), Any<Direction>(random), Any<ObjectiveAggregate>(random)))],
        Constraints = [.. Many(random, () => new ConstraintSpec(Word(random), Interval(random)))],
        Metrics = new MetricSourcesSpec
        {
            Patterns = [.. Many(random, () => new MetricPattern(Word(random), "acc=([0-9.]+)"))], TensorBoard = Texts(random), Files = Texts(random),
        },
        Checks = [.. Many(random, () => new CheckSpec
        {
            Metric = Word(random), Target = Maybe(random, () => Interval(random)), Aggregate = Any<CheckAggregate>(random), Over = Any<CheckScope>(random),
            AgainstBase = Coin(random), Tolerance = new Tolerance(random.NextDouble(), Coin(random)), Better = Any<Direction>(random),
            PassIfMissing = Coin(random), OnlyPullRequest = Coin(random), Required = Coin(random),
        })],
        Report = new ReportSpec
        {
            Comment = Any<CommentMode>(random), Charts = [.. Many(random, () => new ChartSpec(Texts(random), Any<Scale>(random)))],
            Columns = Texts(random), Images = Texts(random), Notes = Maybe(random, () => Word(random)),
        },
    };

    /// <summary>A parameter set of up to three values of any kind.</summary>
    public static ParameterSet Set(Random random) => new(Many(random, () => KeyValuePair.Create(Word(random), Value(random))));

    /// <summary>A value of any kind, NaN, 1.0 and hostile texts included.</summary>
    public static ParameterValue Value(Random random) => random.Next(4) switch
    {
        0 => ParameterValue.Of(Word(random)),
        1 => ParameterValue.Of(random.NextInt64(long.MinValue, long.MaxValue)),
        2 => ParameterValue.Of(Number(random)),
        _ => ParameterValue.Of(Coin(random)),
    };

    private static ParameterDomain Domain(Random random) => random.Next(3) switch
    {
        0 => new FloatDomain(random.NextDouble(), 1 + random.NextDouble(), Any<Scale>(random), Perhaps(random, random.NextDouble())),
        1 => new IntDomain(random.Next(99), 100 + random.Next(99), Any<Scale>(random), random.Next(1, 9)),
        _ => new ChoiceDomain(Values(random)),
    };

    private static ImmutableArray<ParameterValue> Values(Random random) => [.. Many(random, () => Value(random))];

    private static Interval Interval(Random random) =>
        new(Perhaps(random, Number(random)), Coin(random), Perhaps(random, Number(random)), Coin(random), Word(random));

    private static double Number(Random random) => random.Next(6) switch
    {
        0 => 1.0,
        1 => double.PositiveInfinity,
        2 => double.NaN,
        3 => random.NextDouble() * double.MaxValue,
        4 => -double.Epsilon,
        _ => random.NextDouble(),
    };

    private static string Word(Random random) => Words[random.Next(Words.Length)];

    private static ImmutableArray<string> Texts(Random random) => [.. Many(random, () => Word(random))];

    private static ImmutableSortedDictionary<string, string> Map(Random random) =>
        Texts(random).Distinct(StringComparer.Ordinal).ToImmutableSortedDictionary(name => name, _ => Word(random), StringComparer.Ordinal);

    private static List<T> Many<T>(Random random, Func<T> next) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => next())];

    private static T? Maybe<T>(Random random, Func<T> next)
        where T : class => Coin(random) ? next() : null;

    private static T? Perhaps<T>(Random random, T value)
        where T : struct => Coin(random) ? value : null;

    private static T Any<T>(Random random)
        where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static bool Coin(Random random) => random.Next(2) == 0;
}
