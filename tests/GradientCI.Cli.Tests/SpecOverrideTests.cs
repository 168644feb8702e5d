using System.Text;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;

namespace GradientCI.Cli.Tests;

/// <summary>What <c>--set</c> makes of an experiment.</summary>
public sealed class SpecOverrideTests
{
    private const string Yaml = """
        version: 1
        experiments:
          toy:
            command: sh train.sh
            parameters: { batch: 64, momentum: 0.9, nesterov: false, note: "1" }
            sweep:
              parameters:
                lr: { float: [0.1, 1] }
                depth: { int: [1, 4] }
                optimizer: [sgd, adam]
                width: [8, 16]
                warm: { choice: [true, false], when: { optimizer: sgd } }
                steps: { choice: [1, 2], when: { warm: true } }
                skip: { int: [1, 2], when: { depth: [3, 4] } }
              max-trials: 4
        """;

    [Theory]
    [InlineData("lr=abc", "lr is a number")]
    [InlineData("lr=", "lr is a number")]
    [InlineData("lr=nan", "lr is a number")]
    [InlineData("depth=2.5", "depth is a whole number")]
    [InlineData("width=wide", "width is a number")]
    [InlineData("warm=1", "warm is true or false")]
    [InlineData("batch=many", "batch is a number")]
    [InlineData("momentum=true", "momentum is a number")]
    [InlineData("nesterov=yes", "nesterov is true or false")]
    public void A_value_of_another_kind_is_refused_and_not_taken_for_a_text(string text, string sentence)
    {
        var problem = Should.Throw<GradientException>(() => Apply(text));

        problem.Kind.ShouldBe(FailureKind.Usage);
        problem.Message.ShouldBe($"--set {text} does not fit: {sentence}.");
    }

    [Theory]
    [InlineData("lr=3", "3", "Number")]
    [InlineData("lr=1e-9", "1E-09", "Number")]
    [InlineData("depth=64", "64", "Integer")]
    [InlineData("width=12", "12", "Integer")]
    [InlineData("width=0.5", "0.5", "Number")]
    [InlineData("optimizer=lion", "lion", "Text")]
    [InlineData("batch=0.5", "0.5", "Number")]
    [InlineData("nesterov=true", "true", "Boolean")]
    [InlineData("note=2", "2", "Text")]
    public void A_value_of_the_right_kind_is_taken_even_outside_the_search(string text, string value, string kind)
    {
        var name = text.Split('=')[0];

        var spec = Apply(text);

        var fixedAt = spec.Parameters[name]!.Value;
        fixedAt.ToString().ShouldBe(value);
        fixedAt.Kind.ToString().ShouldBe(kind);
        spec.Sweep.Space.Parameters.ShouldNotContain(parameter => parameter.Name == name);
    }

    [Theory]
    [InlineData("optimizer=sgd", "lr depth width warm steps(warm) skip(depth)")]
    [InlineData("optimizer=adam", "lr depth width skip(depth)")]
    [InlineData("depth=3", "lr optimizer width warm(optimizer) steps(warm) skip")]
    [InlineData("depth=1", "lr optimizer width warm(optimizer) steps(warm)")]
    [InlineData("warm=true", "lr depth optimizer width steps skip(depth)")]
    public void A_parameter_under_a_fixed_one_exists_always_or_never(string text, string left)
    {
        var space = Apply(text).Sweep.Space;

        space.Parameters.Select(parameter => parameter.When.IsEmpty ? parameter.Name : $"{parameter.Name}({parameter.When[0].Parameter})")
            .ShouldBe(left.Split(' '), ignoreOrder: true);
    }

    private static ExperimentSpec Apply(string text)
    {
        var parsed = ManifestParser.Parse(Encoding.UTF8.GetBytes(Yaml), "test");
        return SpecOverrides.Apply(parsed.Manifest.ShouldNotBeNull(string.Join('\n', parsed.Diagnostics)).Experiments[0], [text]);
    }
}
