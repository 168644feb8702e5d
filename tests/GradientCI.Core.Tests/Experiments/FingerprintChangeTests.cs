using GradientCI.Experiments;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Core.Tests.Experiments;

public sealed class FingerprintChangeTests
{
    private static readonly FingerprintParts Parts = new()
    {
        Inputs = "abc",
        Command = new CommandSpec(["python train.py"], IsShell: true),
        Parameters = new ParameterSet([new("lr", ParameterValue.Of(0.1)), new("n", ParameterValue.Of(3))]),
        Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["THREADS"] = "2", ["MODE"] = "fast" },
    };

    [Fact]
    public void Between_EqualParts_IsEmpty() => FingerprintChange.Between(Parts, Parts with { Seed = Parts.Seed }).ShouldBeEmpty();

    [Fact]
    public void Between_SeveralValues_NamesEachWithBothTexts()
    {
        var later = Parts with
        {
            Parameters = new ParameterSet([new("lr", ParameterValue.Of(0.2)), new("n", ParameterValue.Of(3.0)), new("optimizer", ParameterValue.Of("sgd"))]),
            Env = new Dictionary<string, string>(StringComparer.Ordinal) { ["MODE"] = "" },
            Setup = "pip install .",
        };

        FingerprintChange.Between(Parts, later).ShouldBe(
        [
            new("setup", "", null, "pip install ."),
            new("env", "MODE", "fast", ""),
            new("parameters", "lr", "0.1", "0.2"),
            new("parameters", "n", "3", "3.0"),
            new("parameters", "optimizer", null, "\"sgd\""),
            new("env", "THREADS", "2", null),
        ], ignoreOrder: true);
    }

    [Fact]
    public void Between_CommandsThatReadAlike_TellsShellFromListAndWhereWordsEnd()
    {
        var list = Parts with { Command = new CommandSpec(["a\", \"b"], IsShell: false) };

        FingerprintChange.Between(Parts, Parts with { Command = new CommandSpec(["python train.py"], IsShell: false) }).ShouldHaveSingleItem()
            .ShouldBe(new FingerprintChange("command", "", "python train.py", "[\"python train.py\"]"));
        FingerprintChange.Between(list, list with { Command = new CommandSpec(["a", "b"], IsShell: false) }).ShouldHaveSingleItem();
    }
}
