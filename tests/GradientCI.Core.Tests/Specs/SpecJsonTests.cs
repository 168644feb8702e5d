using System.Text.Json.Nodes;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Specs;

namespace GradientCI.Core.Tests.Specs;

public class SpecJsonTests
{
    private const string Smallest = """{"name":"digits","command":{"words":["true"],"isShell":true}}""";

    [Fact]
    public void Every_field_survives_the_round_trip()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var spec = RandomSpecs.Next(new Random(seed));

            var copy = SpecJson.Deserialize(SpecJson.Serialize(spec));

            Described.As(copy).ShouldBe(Described.As(spec), $"seed {seed}");
        }
    }

    [Fact]
    public void Equal_specs_have_equal_texts()
    {
        SpecJson.Serialize(RandomSpecs.Next(new Random(7))).ShouldBe(SpecJson.Serialize(RandomSpecs.Next(new Random(7))));
        SpecJson.Serialize(RandomSpecs.Next(new Random(7))).ShouldNotBe(SpecJson.Serialize(RandomSpecs.Next(new Random(8))), StringComparer.Ordinal);
    }

    // Texts of older versions are in databases, and specs are compared by their texts.
    [Fact]
    public void The_text_of_an_experiment_stays_what_it_was()
    {
        var json = JsonNode.Parse(Smallest)!;
        json["timeout"] = "1.02:03:04.5000000";
        json["resources"] = JsonNode.Parse("""{"gpus":0.5,"cpus":"NaN"}""");
        json["parameters"] = JsonNode.Parse("""{"lr":1.0,"n":1,"x":{"number":"-Infinity"}}""");
        json["checks"] = JsonNode.Parse("""[{"metric":"<é>","target":{"low":0.9,"lowIncluded":true,"high":null,"highIncluded":false,"text":">= 0.9"}}]""");

        SpecJson.Serialize(SpecJson.Deserialize(json.ToJsonString())).ShouldBe(
            """{"name":"digits","description":"","on":{"push":{"branches":[],"branchesIgnore":[],"tags":[],"tagsIgnore":[],"paths":[],"pathsIgnore":[],"everyCommit":false}"""
            + ""","pullRequest":{"branches":[],"branchesIgnore":[],"paths":[],"pathsIgnore":[],"forksAfterApproval":true},"schedule":null,"comment":false}"""
            + ""","baseline":"Reuse","cancelSuperseded":false,"image":null,"build":null,"setup":null,"setupFiles":[],"command":{"words":["true"],"isShell":true},"workdir":".","env":{},"secrets":[],"secretFiles":[]"""
            + ""","resources":{"gpus":0.5,"gpuType":null,"cpus":"NaN","memoryBytes":null,"shmBytes":null},"nodes":null,"timeout":"1.02:03:04.5000000","retries":{"max":0,"onLost":true,"onOutOfMemory":false,"onFailure":false,"onTimeout":false,"onExitCodes":[]},"inputs":[],"cache":true,"artifacts":[],"datasets":{},"mayWriteStorage":true,"ports":[]"""
            + ""","parameters":{"lr":1.0,"n":1,"x":{"number":"-Infinity"}},"sweep":{"space":{"parameters":[]},"sampler":"auto","warmStart":false,"maxTrials":null,"parallel":null,"repeats":1,"seed":0"""
            + ""","pruner":null,"stop":{"after":null,"gpuHours":null,"target":null,"patience":null}},"objectives":[],"constraints":[],"metrics":{"patterns":[],"tensorBoard":[],"files":[]}"""
            + ""","checks":[{"metric":"\u003C\u00E9\u003E","target":{"low":0.9,"lowIncluded":true,"high":null,"highIncluded":false,"text":"\u003E= 0.9"},"aggregate":"Last","over":"Best","againstBase":false"""
            + ""","tolerance":{"value":0,"isRelative":false},"better":"Maximize","passIfMissing":false,"onlyPullRequest":false,"required":true}]"""
            + ""","report":{"comment":"Always","charts":[],"columns":[],"images":[],"notes":null}}""");
    }

    [Fact]
    public void Missing_fields_get_the_defaults_of_the_record()
    {
        var expected = new ExperimentSpec { Name = "digits", Command = new CommandSpec(["true"], IsShell: true) };

        var read = SpecJson.Deserialize(Smallest);

        Described.As(read).ShouldBe(Described.As(expected));
    }

    [Fact]
    public void Missing_fields_of_checks_and_nested_records_get_their_defaults_too()
    {
        var json = JsonNode.Parse(Smallest)!;
        json["checks"] = JsonNode.Parse("""[{"metric":"acc"}]""");
        json["retries"] = JsonNode.Parse("""{"max":2}""");
        json["sweep"] = JsonNode.Parse("""{"space":{"parameters":[{"name":"n","domain":{"int":[1,9]},"when":[]}]}}""");

        var read = SpecJson.Deserialize(json.ToJsonString());

        read.Checks.ShouldHaveSingleItem().Required.ShouldBeTrue();
        read.Retries.OnLost.ShouldBeTrue();
        read.Retries.Max.ShouldBe(2);
        read.Sweep.Repeats.ShouldBe(1);
        read.Sweep.Space.Parameters[0].Domain.ShouldBe(new GradientCI.SearchSpaces.IntDomain(1, 9));
    }

    [Fact]
    public void A_trigger_that_is_off_stays_off()
    {
        var spec = SpecJson.Deserialize(Smallest) with { On = new TriggerSpec { Push = null, PullRequest = null } };

        var copy = SpecJson.Deserialize(SpecJson.Serialize(spec));

        copy.On.Push.ShouldBeNull();
        copy.On.PullRequest.ShouldBeNull();
    }

    [Fact]
    public void Fields_of_a_newer_version_are_ignored()
    {
        var json = JsonNode.Parse(Smallest)!;
        json["quantum"] = JsonNode.Parse("""{"qubits":[1,2,{"deep":null}]}""");

        SpecJson.Serialize(SpecJson.Deserialize(json.ToJsonString())).ShouldBe(SpecJson.Serialize(SpecJson.Deserialize(Smallest)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"name":1}""")]
    [InlineData("""{"cache":"yes"}""")]
    [InlineData("""{"checks":{}}""")]
    [InlineData("""{"checks":["acc"]}""")]
    [InlineData("""{"secrets":[1]}""")]
    [InlineData("""{"ports":[1.5]}""")]
    [InlineData("""{"ports":[4294967296]}""")]
    [InlineData("""{"timeout":"soon"}""")]
    [InlineData("""{"baseline":"Never"}""")]
    [InlineData("""{"resources":{"cpus":"many"}}""")]
    [InlineData("""{"env":{"HOME":null}}""")]
    [InlineData("""{"sweep":{"space":{"parameters":[{"name":"n","domain":{"int":[1]},"when":[]}]}}}""")]
    public void What_is_no_experiment_is_refused(string json)
    {
        Should.Throw<System.Text.Json.JsonException>(() => SpecJson.Deserialize(json));
    }
}
