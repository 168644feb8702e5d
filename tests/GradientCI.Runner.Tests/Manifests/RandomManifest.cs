using System.Collections.Immutable;
using System.Text.Json.Nodes;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Tests.Manifests;

/// <summary>Draws an experiment, once as the document that a person would write and once as the spec it must become.</summary>
internal sealed class RandomManifest(Random random)
{
    private static readonly string[] Texts = ["adam", "a b", "true", "8", "1e-4", "it's", "é ✓ 漢", "\"q\"", "- x", "#no", "x: y", "~", "a\nb", "*", "null", " lead", "0x1F"];

    private readonly JsonObject _document = [];

    private ExperimentSpec _spec = new() { Name = "digits", Command = new CommandSpec([], IsShell: true) };

    public (JsonObject Document, ExperimentSpec Spec) Draw()
    {
        Command();
        Machine();
        Triggers();
        Sweep();
        Results();
        return (_document, _spec);
    }

    private bool Chance() => random.Next(3) == 0;

    private T One<T>(params T[] items) => items[random.Next(items.Length)];

    private double Number() => One(Math.Round((random.NextDouble() * 100) - 50, 3), random.Next(-5, 6), random.NextDouble() * 1e-6, 1e20);

    private ImmutableArray<string> Several(string prefix) => [.. Enumerable.Range(0, random.Next(1, 4)).Select(n => $"{prefix}{n}")];

    private static JsonArray Array(IEnumerable<string> items) => [.. items.Select(item => JsonValue.Create(item))];

    private (JsonNode Node, ParameterValue Value) Value()
    {
        switch (random.Next(4))
        {
            case 0:
                var text = One(Texts);
                return (JsonValue.Create(text), ParameterValue.Of(text));
            case 1:
                var integer = random.NextInt64();
                return (JsonValue.Create(integer), ParameterValue.Of(integer));
            case 2:
                var number = Math.Round(random.NextDouble(), 4) + 0.00001;
                return (JsonValue.Create(number), ParameterValue.Of(number));
            default:
                var boolean = random.Next(2) == 0;
                return (JsonValue.Create(boolean), ParameterValue.Of(boolean));
        }
    }

    private void Command()
    {
        if (Chance())
        {
            _document["command"] = Array(["python", "train.py", "${{ args }}", "", "a b"]);
            _spec = _spec with { Command = new CommandSpec(["python", "train.py", "${{ args }}", "", "a b"], IsShell: false) };
        }
        else
        {
            _document["command"] = "python train.py ${{ args }} --seed ${{ seed }}\n";
            _spec = _spec with { Command = new CommandSpec(["python train.py ${{ args }} --seed ${{ seed }}\n"], IsShell: true) };
        }

        if (Chance())
        {
            _document["setup"] = "pip install x";
            _document["description"] = One(Texts[0], Texts[1], Texts[5], Texts[6]);
            _spec = _spec with { Setup = "pip install x", Description = _document["description"]!.GetValue<string>() };
        }

        var fixedOnes = Enumerable.Range(0, random.Next(4)).Select(n => (Name: $"fixed_{n}", Value: Value())).ToList();
        if (fixedOnes.Count > 0)
        {
            _document["parameters"] = new JsonObject(fixedOnes.Select(one => KeyValuePair.Create(one.Name, (JsonNode?)one.Value.Node)));
            _spec = _spec with { Parameters = new ParameterSet(fixedOnes.Select(one => KeyValuePair.Create(one.Name, one.Value.Value))) };
        }
    }

    private void Machine()
    {
        if (Chance())
        {
            var (gpus, cpus) = (One(0.25, 1, 4), One(0.5, 8));
            _document["resources"] = new JsonObject { ["gpus"] = gpus, ["cpus"] = cpus, ["memory"] = "1.5GiB", ["shm"] = "64MB", ["gpu-type"] = "a100" };
            _spec = _spec with { Resources = new ResourceSpec { Gpus = gpus, Cpus = cpus, MemoryBytes = 1_610_612_736, ShmBytes = 64_000_000, GpuType = "a100" } };
        }

        if (Chance())
        {
            var (written, timeout) = One(("90s", TimeSpan.FromSeconds(90)), ("30m", TimeSpan.FromMinutes(30)), ("1.5h", TimeSpan.FromMinutes(90)), ("2d", TimeSpan.FromDays(2)));
            _document["timeout"] = written;
            _document["retries"] = new JsonObject { ["max"] = 3, ["on"] = new JsonArray("failed", "timed-out", new JsonObject { ["exit-code"] = 75 }) };
            _spec = _spec with { Timeout = timeout, Retries = new RetrySpec { Max = 3, OnLost = false, OnFailure = true, OnTimeout = true, OnExitCodes = [75] } };
        }

        if (Chance())
        {
            var (inputs, artifacts) = (Several("src/**/a"), Several("out/*."));
            _document["inputs"] = Array(inputs);
            _document["artifacts"] = Array(artifacts);
            _document["workdir"] = "sub/folder";
            _document["cache"] = false;
            _document["env"] = new JsonObject { ["OMP_NUM_THREADS"] = 2, ["TEXT"] = "a: b" };
            _spec = _spec with
            {
                Inputs = inputs, Artifacts = artifacts, Workdir = "sub/folder", Cache = false,
                Env = _spec.Env.Add("OMP_NUM_THREADS", "2").Add("TEXT", "a: b"),
            };
        }

        if (Chance())
        {
            _document["image"] = "ghcr.io/a/b:1@sha256:00";
            _document["nodes"] = new JsonObject { ["count"] = 2, ["launcher"] = "mpi" };
            _document["secrets"] = new JsonArray("TOKEN");
            _document["ports"] = new JsonArray(6006, 80);
            _document["datasets"] = new JsonObject { ["mnist"] = "/datasets/mnist" };
            _spec = _spec with { Image = "ghcr.io/a/b:1@sha256:00", Nodes = new NodesSpec(2, "mpi"), Secrets = ["TOKEN"], Ports = [6006, 80], Datasets = _spec.Datasets.Add("mnist", "/datasets/mnist") };
        }
        else if (Chance())
        {
            _document["build"] = new JsonObject { ["context"] = "docker", ["args"] = new JsonObject { ["A"] = "1" } };
            _spec = _spec with { Build = new BuildSpec("Dockerfile", "docker", _spec.Env.Clear().Add("A", "1"), null) };
        }
    }

    private void Triggers()
    {
        if (Chance())
        {
            var (branches, paths) = (Several("exp/**"), Several("src/"));
            _document["on"] = new JsonObject
            {
                ["push"] = new JsonObject { ["branches"] = Array(branches), ["paths-ignore"] = Array(paths), ["commits"] = "all" },
                ["pull_request"] = new JsonObject { ["forks"] = "never" },
                ["schedule"] = "*/15 0-6,12 * 1 1-5",
                ["comment"] = true,
            };
            _document["baseline"] = "run";
            _document["cancel-superseded"] = true;
            _spec = _spec with
            {
                Baseline = BaselineMode.Run, CancelSuperseded = true,
                On = new TriggerSpec
                {
                    Push = new PushTrigger { Branches = branches, PathsIgnore = paths, EveryCommit = true },
                    PullRequest = new PullRequestTrigger { ForksAfterApproval = false },
                    Schedule = "*/15 0-6,12 * 1 1-5",
                    Comment = true,
                },
            };
        }
    }

    private void Sweep()
    {
        if (Chance())
        {
            return;
        }

        var parameters = new JsonObject();
        var space = new List<Parameter>();
        for (var n = random.Next(1, 5); n > 0; n--)
        {
            var (node, domain) = Domain();
            parameters.Add($"p{n}", node);
            space.Add(new Parameter($"p{n}", domain, []));
        }

        if (space.Find(one => one.Domain is not FloatDomain) is { } parent)
        {
            var value = parent.Domain.At(0);
            JsonNode written = value.Kind switch { ParameterKind.Integer => value.AsInteger, ParameterKind.Number => value.AsDouble, ParameterKind.Boolean => value.AsBoolean, _ => value.ToString() };
            parameters.Add("child", new JsonObject { ["choice"] = new JsonArray("x", "y"), ["when"] = new JsonObject { [parent.Name] = random.Next(2) == 0 ? written : new JsonArray(written) } });
            space.Add(new Parameter("child", new ChoiceDomain([ParameterValue.Of("x"), ParameterValue.Of("y")]), [new Condition(parent.Name, [value])]));
        }

        var (most, seed) = (random.Next(1, 100), random.NextInt64());
        var sampler = One("auto", "random", "tpe", "nsga2");
        _document["sweep"] = new JsonObject
        {
            ["parameters"] = parameters, ["max-trials"] = most, ["repeats"] = 3, ["seed"] = seed, ["parallel"] = 2, ["sampler"] = sampler, ["warm-start"] = sampler != "random",
            ["pruner"] = new JsonObject { ["asha"] = new JsonObject { ["min-step"] = 1, ["reduction"] = 3 } },
            ["stop"] = new JsonObject { ["after"] = "6h", ["gpu-hours"] = 20, ["target"] = 0.5, ["patience"] = 7 },
        };
        _spec = _spec with
        {
            Sweep = new SweepSpec
            {
                Space = new SearchSpace([.. space]), MaxTrials = most, Repeats = 3, Seed = seed, Parallel = 2, Sampler = sampler, WarmStart = sampler != "random",
                Pruner = new PrunerSpec("asha", ImmutableSortedDictionary.Create<string, double>(StringComparer.Ordinal).Add("min-step", 1).Add("reduction", 3)),
                Stop = new StopSpec { After = TimeSpan.FromHours(6), GpuHours = 20, Target = 0.5, Patience = 7 },
            },
        };
    }

    private (JsonNode, ParameterDomain) Domain()
    {
        switch (random.Next(4))
        {
            case 0:
                var values = Enumerable.Range(0, random.Next(1, 6)).Select(_ => Value()).DistinctBy(pair => pair.Value).ToList();
                return (new JsonArray([.. values.Select(pair => pair.Node)]), new ChoiceDomain([.. values.Select(pair => pair.Value)]));
            case 1:
                long low = random.Next(1, 9);
                return (new JsonObject { ["int"] = new JsonArray(low, low + 90), ["step"] = 5, ["scale"] = "log" }, new IntDomain(low, low + 90, Scale.Log, 5));
            case 2:
                return (new JsonObject { ["float"] = new JsonArray(-1, 2.5), ["step"] = 0.5 }, new FloatDomain(-1, 2.5, Scale.Linear, 0.5));
            default:
                return (new JsonObject { ["float"] = new JsonArray(0.0001, 1), ["scale"] = "log" }, new FloatDomain(0.0001, 1, Scale.Log));
        }
    }

    private void Results()
    {
        var bound = Number();
        var several = Chance();
        JsonObject[] objectives = [new JsonObject { ["minimize"] = "val/loss", ["aggregate"] = "mean-of-last-5" }, new JsonObject { ["maximize"] = "acc" }];
        _document["objective"] = several ? new JsonArray(objectives) : objectives[0];
        _document["constraints"] = new JsonObject { ["latency ms"] = $"<= {bound:R}" };
        _document["checks"] = new JsonObject
        {
            ["acc"] = $"{bound:R}..",
            ["val/loss"] = new JsonObject { ["against"] = "base", ["tolerance"] = "2.5%", ["aggregate"] = "median", ["over"] = "mean" },
            ["speed"] = new JsonObject { ["against"] = "base", ["tolerance"] = 3, ["better"] = "lower", ["if-missing"] = "pass", ["only"] = "pull_request", ["required"] = false },
        };
        _document["metrics"] = new JsonObject { ["tensorboard"] = "runs/**", ["files"] = new JsonArray("a.csv"), ["acc"] = new JsonObject { ["pattern"] = @"acc[=:] *([0-9.eE+-]+)" } };
        _document["report"] = new JsonObject
        {
            ["comment"] = One<JsonNode>(false, false),
            ["charts"] = new JsonArray("loss", new JsonObject { ["y"] = new JsonArray("a", "b"), ["scale"] = "log" }, new JsonObject { ["y"] = "c" }),
            ["columns"] = new JsonArray("lr", "acc"), ["images"] = new JsonArray("out/*.png"), ["notes"] = "notes.md",
        };
        var first = new Objective("val/loss", Direction.Minimize, ObjectiveAggregate.MeanOfLastFive);
        _spec = _spec with
        {
            Objectives = several ? [first, new Objective("acc", Direction.Maximize)] : [first],
            Constraints = [new ConstraintSpec("latency ms", new Interval(null, false, bound, true, $"<= {bound:R}"))],
            Checks =
            [
                new CheckSpec { Metric = "acc", Target = new Interval(bound, true, null, false, $"{bound:R}..") },
                new CheckSpec { Metric = "val/loss", AgainstBase = true, Tolerance = new Tolerance(0.025, true), Aggregate = CheckAggregate.Median, Over = CheckScope.Mean, Better = Direction.Minimize },
                new CheckSpec { Metric = "speed", AgainstBase = true, Tolerance = new Tolerance(3, false), Better = Direction.Minimize, PassIfMissing = true, OnlyPullRequest = true, Required = false },
            ],
            Metrics = new MetricSourcesSpec { TensorBoard = ["runs/**"], Files = ["a.csv"], Patterns = [new MetricPattern("acc", @"acc[=:] *([0-9.eE+-]+)")] },
            Report = new ReportSpec
            {
                Comment = CommentMode.Never, Charts = [new ChartSpec(["loss"], Scale.Linear), new ChartSpec(["a", "b"], Scale.Log), new ChartSpec(["c"], Scale.Linear)],
                Columns = ["lr", "acc"], Images = ["out/*.png"], Notes = "notes.md",
            },
        };
    }
}
