using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests;

namespace GradientCI.Runner.Tests.Manifests;

public sealed class RoundTripTests
{
    [Fact]
    public void A_random_experiment_in_a_random_style_is_read_as_what_it_says()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var (document, expected) = new RandomManifest(new Random(seed)).Draw();
            var text = new RandomStyle(new Random(seed)).Write(new JsonObject { ["version"] = 1, ["experiments"] = new JsonObject { ["digits"] = document } });

            var result = Yaml.Parse(text);

            result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error).ShouldBeEmpty($"seed {seed}\n{text}");
            SpecDump.Of(result.Manifest!.Experiments[0]).ShouldBe(SpecDump.Of(expected), $"seed {seed}\n{text}");
        }
    }
}
