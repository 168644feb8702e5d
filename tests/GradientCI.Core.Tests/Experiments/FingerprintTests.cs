using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Experiments;

public sealed class FingerprintTests
{
    private static readonly FingerprintParts Parts = new()
    {
        Inputs = "abc",
        Command = new CommandSpec(["python train.py"], IsShell: true),
        Setup = "pip install .",
        Workdir = "src",
        Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "1", ["B"] = "2" },
        Parameters = new ParameterSet([new("lr", ParameterValue.Of(0.1)), new("n", ParameterValue.Of(3))]),
        Seed = 7,
        Image = "sha256:1",
        Metrics = new MetricSourcesSpec { Patterns = [new MetricPattern("acc", "acc=(.*)")], Files = ["m.csv"] },
        Artifacts = ["out/**"],
        Datasets = Versions("mnist", "sha256:1 at /datasets/mnist"),
    };

    public static TheoryData<string, Func<FingerprintParts, FingerprintParts>> Changes => new()
    {
        { "inputs", parts => parts with { Inputs = "abd" } },
        { "inputs", parts => parts with { Inputs = "" } },
        { "command", parts => parts with { Command = new CommandSpec(["python train.py "], IsShell: true) } },
        { "command", parts => parts with { Command = new CommandSpec(["python train.py"], IsShell: false) } },
        { "command", parts => parts with { Command = new CommandSpec(["python", " train.py"], IsShell: true) } },
        { "setup", parts => parts with { Setup = null } },
        { "setup", parts => parts with { Setup = "" } },
        { "workdir", parts => parts with { Workdir = "." } },
        { "env", parts => parts with { Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "1" } } },
        { "env", parts => parts with { Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "2", ["B"] = "1" } } },
        { "env", parts => parts with { Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "1B", ["2"] = "" } } },
        { "parameters", parts => parts with { Parameters = parts.Parameters.With([new("lr", ParameterValue.Of(0.2))]) } },
        { "parameters", parts => parts with { Parameters = parts.Parameters.With([new("n", ParameterValue.Of(3.0))]) } },
        { "parameters", parts => parts with { Parameters = parts.Parameters.With([new("n", ParameterValue.Of("3"))]) } },
        { "seed", parts => parts with { Seed = 8 } },
        { "image", parts => parts with { Image = "" } },
        { "metrics", parts => parts with { Metrics = parts.Metrics with { Patterns = [new MetricPattern("acc", "acc: (.*)")] } } },
        { "metrics", parts => parts with { Metrics = parts.Metrics with { Patterns = [] } } },
        { "metrics", parts => parts with { Metrics = parts.Metrics with { Files = [], TensorBoard = ["m.csv"] } } },
        { "artifacts", parts => parts with { Artifacts = [] } },
        { "artifacts", parts => parts with { Artifacts = ["out/**", "log/**"] } },
        { "datasets", parts => parts with { Datasets = Versions("mnist", "sha256:2 at /datasets/mnist") } },
        { "datasets", parts => parts with { Datasets = parts.Datasets.Clear() } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Of_AnyPartChanged_DiffersInThatPartAlone(string part, Func<FingerprintParts, FingerprintParts> change)
    {
        var before = Fingerprint.Of(Parts);
        var after = Fingerprint.Of(change(Parts));

        after.Value.ShouldNotBe(before.Value, StringComparer.Ordinal);
        after.DifferencesFrom(before).ShouldBe([part]);
        FingerprintChange.Between(Parts, change(Parts)).Select(each => each.Part).Distinct().ShouldBe([part]);
    }

    [Fact]
    public void Of_NoDatasets_HasNoPartOfThem() =>
        Fingerprint.Of(Parts with { Datasets = Parts.Datasets.Clear() }).Parts.Keys.ShouldNotContain("datasets");

    [Fact]
    public void Of_EqualPartsInAnotherOrder_IsEqual()
    {
        var random = new Random(3);
        var env = Enumerable.Range(0, 20).ToDictionary(number => $"NAME_{number}", number => $"{number * 7 % 20}", StringComparer.Ordinal);
        var parameters = Enumerable.Range(0, 20).Select(number => KeyValuePair.Create($"p{number}", ParameterValue.Of(number / 3.0))).ToList();
        var expected = Fingerprint.Of(Parts with { Env = env, Parameters = new ParameterSet(parameters) });

        for (var round = 0; round < 50; round++)
        {
            var shuffledEnv = new Dictionary<string, string>(env.OrderBy(_ => random.Next()), StringComparer.Ordinal);
            var shuffledParameters = new ParameterSet(parameters.OrderBy(_ => random.Next()));

            Fingerprint.Of(Parts with { Env = shuffledEnv, Parameters = shuffledParameters }).Value.ShouldBe(expected.Value);
        }
    }

    [Fact]
    public void Of_SamePiecesSplitElsewhere_NeverCollides()
    {
        // All ways to cut one text into words: with plain concatenation all of them would be one.
        const string Text = "aabbaabb";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var cuts = 0; cuts < 1 << (Text.Length - 1); cuts++)
        {
            var words = new List<string> { "" };
            for (var at = 0; at < Text.Length; at++)
            {
                words[^1] += Text[at];
                if ((cuts & (1 << at)) != 0)
                {
                    words.Add("");
                }
            }

            seen.Add(Fingerprint.Of(Parts with { Command = new CommandSpec([.. words], IsShell: false) }).Value).ShouldBeTrue();
        }
    }

    [Fact]
    public void Of_TextThatIsNotUnicode_KeepsItApart() =>
        Fingerprint.Of(Parts with { Workdir = "\ud800" }).Value.ShouldNotBe(Fingerprint.Of(Parts with { Workdir = "\ud801" }).Value, StringComparer.Ordinal);

    [Fact]
    public void Of_KnownParts_IsTheSameInEveryVersionOfTheFormat() =>
        Fingerprint.Of(Parts with { Datasets = Parts.Datasets.Clear() }).Value.ShouldBe("d63d582016c326449c7f449b2007f29c793ba18636a8b3b82a5a6dc0c363dd9d");

    private static ImmutableSortedDictionary<string, string> Versions(string name, string version) => ImmutableSortedDictionary<string, string>.Empty.Add(name, version);
}
