using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Keys;

/// <summary>The keys that say where and on what a trial runs.</summary>
internal static partial class MachineKeys
{
    public static readonly Shape<string> Image = Scalars.Text("an image such as `python:3.12-slim`", 255, ImagePattern);

    public static readonly Shape<BuildSpec> Build = new Table<BuildSpec>("`build`", () => new BuildSpec("Dockerfile", ".", NoText, null))
        .Key("dockerfile", Paths.Relative, "Path inside the context.", (build, path) => build with { Dockerfile = path }, "`Dockerfile`")
        .Key("context", Paths.Relative, "Folder of the repository.", (build, path) => build with { Context = path }, "`.`")
        .Key("args", new MapShape<string>(Names.BuildArgument, Scalars.Verbatim, 100), "Build arguments.", (build, args) => build with { Args = Sorted(args) })
        .Key("target", Scalars.Text("the name of a stage", 100), "The stage to stop at.", (build, target) => build with { Target = target });

    public static readonly Shape<ImmutableSortedDictionary<string, string>> Environment =
        new MapShape<string>(Names.Variable, Scalars.Verbatim, 100).Select(Sorted);

    public static readonly Shape<NamedSecret> Secret = new Forms<NamedSecret>(
        scalar: Names.Variable.ToShape().Select(name => new NamedSecret(name, IsFile: false)),
        map: new MapShape<string>(Names.Variable, Scalars.OneOf("file"), 1, 1).Select(items => new NamedSecret(items.FirstOrDefault().Key ?? "", IsFile: true)));

    public static readonly Shape<ImmutableSortedDictionary<string, string>> Datasets =
        new MapShape<string>(Names.Dataset, Paths.Absolute, 20).Select(Sorted);

    public static readonly Shape<ResourceSpec> Resources = new Table<ResourceSpec>("`resources`", () => new())
        .Key("gpus", Scalars.Number(0, 1_024).Then<double>(AsGpus), "GPUs per trial. Below 1 trials share one: `0.5` is half a GPU.", (needs, gpus) => needs with { Gpus = gpus }, "`0`")
        .Key("gpu-type", Scalars.Text("a GPU model such as `a100`", 100), "The model the trial insists on.", (needs, type) => needs with { GpuType = type })
        .Key("cpus", Scalars.Number(0.01, 4_096), "CPU cores per trial.", (needs, cpus) => needs with { Cpus = cpus }, "one slot")
        .Key("memory", Quantities.Size, "Memory per trial, without swap: what a container may have. On the host it is for the record, and not limited.", (needs, bytes) => needs with { MemoryBytes = bytes })
        .Key("shm", Quantities.Size, "Shared memory of a container.", (needs, bytes) => needs with { ShmBytes = bytes });

    public static readonly Shape<NodesSpec> Nodes = new Table<NodesSpec>("`nodes`", () => new NodesSpec(1, ""))
        .Key("count", Scalars.Count(1, 1_000), "Machines per trial.", (nodes, count) => nodes with { Count = count }, isRequired: true)
        .Key("launcher", Scalars.OneOf("torchrun", "mpi", "tensorflow"), "What starts the gang.", (nodes, launcher) => nodes with { Launcher = launcher }, isRequired: true);

    private static readonly RetrySpec NoEnd = new() { OnLost = false };

    private static readonly Shape<Func<RetrySpec, RetrySpec>> RetriedEnd = new Forms<Func<RetrySpec, RetrySpec>>(
        scalar: Scalars.OneOf<Func<RetrySpec, RetrySpec>>(
            ("lost", retry => retry with { OnLost = true }),
            ("out-of-memory", retry => retry with { OnOutOfMemory = true }),
            ("failed", retry => retry with { OnFailure = true }),
            ("timed-out", retry => retry with { OnTimeout = true })),
        map: new Table<int>("an item of `retries.on`", () => 0)
            .Key("exit-code", Scalars.Count(1, 255), "One exit code.", (_, code) => code, isRequired: true)
            .Select<Func<RetrySpec, RetrySpec>>(code => retry => retry with { OnExitCodes = [.. retry.OnExitCodes.Union([code])] }));

    public static readonly Shape<RetrySpec> Retries = new Table<RetrySpec>("`retries`", () => new())
        .Key("max", Scalars.Count(0, 100), "Attempts after the first.", (retry, max) => retry with { Max = max }, isRequired: true)
        .Key(
            "on", new ListShape<Func<RetrySpec, RetrySpec>>(RetriedEnd, 50, mayRepeat: true).Select(ends => ends.Aggregate(NoEnd, (retry, end) => end(retry))),
            "Ends that are tried again: `lost`, `out-of-memory`, `failed`, `timed-out`, `exit-code: 75`.", (retry, ends) => ends with { Max = retry.Max }, "`[lost]`");

    public static ImmutableArray<string> NamesOf(ImmutableArray<NamedSecret> secrets, bool asFile) =>
        [.. secrets.Where(secret => secret.IsFile == asFile).Select(secret => secret.Name)];

    private static ImmutableSortedDictionary<string, string> NoText => ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private static ImmutableSortedDictionary<string, string> Sorted(ImmutableArray<KeyValuePair<string, string>> items) => NoText.AddRange(items);

    private static bool AsGpus(double gpus, YamlNode node, Reading reading, out double value)
    {
        value = gpus;
        return gpus <= 1 || gpus == Math.Floor(gpus)
            || reading.Report(DiagnosticCode.OutOfRange, node, $"{gpus} GPUs: above 1 only whole ones can be given", $"write {Math.Ceiling(gpus)}");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/:@-]*\z")]
    private static partial Regex ImagePattern { get; }
}

/// <summary>A secret that an experiment asks for.</summary>
/// <param name="Name">Its name, and the variable's.</param>
/// <param name="IsFile">Whether the variable holds the path of a file with it.</param>
internal sealed record NamedSecret(string Name, bool IsFile);
