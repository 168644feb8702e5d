using System.Collections.Immutable;
using GradientCI.Comparisons;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Testing.Specs;

namespace GradientCI.Core.Tests.Comparisons;

public class SpecDiffTests
{
    private static readonly ExperimentSpec Plain = new() { Name = "digits", Command = new CommandSpec(["python train.py"], IsShell: true) };

    public static TheoryData<string, string?, string?, ExperimentSpec> Changes => new()
    {
        { "command", "python train.py", "[python, train.py]", Plain with { Command = new CommandSpec(["python", "train.py"], IsShell: false) } },
        { "timeout", null, "2h", Plain with { Timeout = TimeSpan.FromHours(2) } },
        { "timeout", null, "90s", Plain with { Timeout = TimeSpan.FromSeconds(90) } },
        { "resources.memory", null, "16GiB", Plain with { Resources = new ResourceSpec { MemoryBytes = 16L << 30 } } },
        { "retries.on", null, "[out-of-memory, exit-code: 75]", Plain with { Retries = new RetrySpec { OnLost = false, OnOutOfMemory = true, OnExitCodes = [75] } } },
        { "cache", null, "false", Plain with { Cache = false } },
        { "env.OMP", null, "2", Plain with { Env = Plain.Env.Add("OMP", "2") } },
        { "env.EMPTY", null, "\"\"", Plain with { Env = Plain.Env.Add("EMPTY", "") } },
        { "parameters.batch", null, "64", Plain with { Parameters = new ParameterSet([new("batch", ParameterValue.Of(64))]) } },
        { "sweep.parameters.lr", null, "{ float: [0.0001, 1], scale: log }", Searching(new FloatDomain(1e-4, 1, Scale.Log)) },
        { "sweep.parameters.lr", null, "{ int: [8, 256], step: 8 }", Searching(new IntDomain(8, 256, Step: 8)) },
        { "sweep.parameters.lr", null, "[sgd, 1, true]", Searching(new ChoiceDomain([ParameterValue.Of("sgd"), ParameterValue.Of(1), ParameterValue.Of(true)])) },
        {
            "sweep.parameters.lr", null, "{ float: [0, 0.99], when: { optimizer: sgd } }",
            Searching(new FloatDomain(0, 0.99), new Condition("optimizer", [ParameterValue.Of("sgd")]))
        },
        { "sweep.stop", null, "{ after: 6h, patience: 15 }", Plain with { Sweep = new SweepSpec { Stop = new StopSpec { After = TimeSpan.FromHours(6), Patience = 15 } } } },
        {
            "sweep.pruner", null, "{ asha: { reduction: 3 } }",
            Plain with { Sweep = new SweepSpec { Pruner = new PrunerSpec("asha", ImmutableSortedDictionary<string, double>.Empty.Add("reduction", 3)) } }
        },
        { "objective", null, "{ minimize: loss, aggregate: mean-of-last-5 }", Plain with { Objectives = [new Objective("loss", Direction.Minimize, ObjectiveAggregate.MeanOfLastFive)] } },
        { "checks.val_acc", null, ">= 0.92", Plain with { Checks = [new CheckSpec { Metric = "val_acc", Target = AtLeast }] } },
        { "checks.val_acc", null, "{ target: >= 0.92, over: all }", Plain with { Checks = [new CheckSpec { Metric = "val_acc", Target = AtLeast, Over = CheckScope.All }] } },
        {
            "checks.speed", null, "{ against: base, tolerance: 5% }",
            Plain with { Checks = [new CheckSpec { Metric = "speed", AgainstBase = true, Tolerance = new Tolerance(0.05, IsRelative: true) }] }
        },
        { "on.push", null, "false", Plain with { On = new TriggerSpec { Push = null } } },
        { "on.push", null, "{ branches: [main], commits: all }", Plain with { On = new TriggerSpec { Push = new PushTrigger { Branches = ["main"], EveryCommit = true } } } },
    };

    private static Interval AtLeast => new(0.92, true, null, false, ">= 0.92");

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_is_named_and_written_as_in_the_manifest(string key, string? before, string? after, ExperimentSpec changed)
    {
        SpecDiff.Compare(Plain, changed).ShouldBe([new ValueChange(key, before, after)]);
        SpecDiff.Compare(changed, Plain).ShouldBe([new ValueChange(key, after, before)]);
    }

    [Fact]
    public void Equal_specs_have_no_changes()
    {
        for (var seed = 0; seed < 100; seed++)
        {
            SpecDiff.Compare(RandomSpecs.Next(new Random(seed)), RandomSpecs.Next(new Random(seed))).ShouldBeEmpty($"seed {seed}");
        }
    }

    [Fact]
    public void Every_key_that_can_change_is_seen()
    {
        // The name is the experiment's own and no key; everything else of a spec must show up as some change.
        foreach (var property in typeof(ExperimentSpec).GetProperties().Where(property => property.CanWrite && property.Name != nameof(ExperimentSpec.Name)))
        {
            var seen = Enumerable.Range(0, 50).Any(seed =>
            {
                var changed = SpecJson.Deserialize(SpecJson.Serialize(Plain));
                property.SetValue(changed, property.GetValue(RandomSpecs.Next(new Random(seed))));
                return !SpecDiff.Compare(Plain, changed).IsEmpty;
            });

            seen.ShouldBeTrue(property.Name);
        }
    }

    [Fact]
    public void Texts_are_one_short_line_whatever_the_manifest_holds()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var before = RandomSpecs.Next(new Random(seed));
            var after = RandomSpecs.Next(new Random(seed + 1)) with { Setup = new string('x', seed) + "\n\u001b[31m" };

            foreach (var text in SpecDiff.Compare(before, after).SelectMany(change => new[] { change.Before, change.After }).OfType<string>())
            {
                text.Length.ShouldBeLessThanOrEqualTo(80);
                text.ShouldAllBe(c => !char.IsControl(c));
            }
        }
    }

    [Fact]
    public void A_difference_far_into_a_long_command_is_shown()
    {
        var start = "python train.py " + string.Concat(Enumerable.Repeat("--verbose ", 30));

        var change = SpecDiff.Compare(
            Plain with { Command = new CommandSpec([start + "--lr 0.1"], true) },
            Plain with { Command = new CommandSpec([start + "--lr 0.2 " + new string('z', 200)], true) }).ShouldHaveSingleItem();

        change.Before!.ShouldEndWith("--lr 0.1");
        change.After!.ShouldContain("--lr 0.2");
        change.After!.Length.ShouldBe(80);
    }

    [Fact]
    public void Keys_that_went_away_come_last()
    {
        var before = Plain with { Parameters = new ParameterSet([new("a", ParameterValue.Of(1)), new("gone", ParameterValue.Of(1))]) };
        var after = Plain with { Parameters = new ParameterSet([new("a", ParameterValue.Of(2))]), Timeout = TimeSpan.FromDays(1) };

        SpecDiff.Compare(before, after).Select(change => change.Name).ShouldBe(["timeout", "parameters.a", "parameters.gone"]);
    }

    private static ExperimentSpec Searching(ParameterDomain domain, params ImmutableArray<Condition> when) =>
        Plain with { Sweep = new SweepSpec { Space = new SearchSpace([new Parameter("lr", domain, when)]) } };
}
