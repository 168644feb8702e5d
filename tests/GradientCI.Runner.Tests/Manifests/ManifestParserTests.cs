using System.Security.Cryptography;
using System.Text;
using GradientCI.Metrics;
using GradientCI.Runner.Manifests;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Tests.Manifests;

public sealed class ManifestParserTests
{
    [Fact]
    public void The_smallest_manifest_is_filled_with_defaults()
    {
        var spec = Yaml.Experiment("command: python train.py");

        SpecDump.Of(spec).ShouldBe(SpecDump.Of(new ExperimentSpec { Name = "digits", Command = new CommandSpec(["python train.py"], IsShell: true) }));
    }

    [Fact]
    public void The_digest_is_that_of_the_bytes()
    {
        var bytes = Encoding.UTF8.GetBytes("version: 1\nexperiments: { a: { command: [x] } }\n");

        var result = ManifestParser.Parse(bytes, "f");

        result.HasErrors.ShouldBeFalse();
        result.Manifest!.Digest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public void Setup_is_a_line_or_says_what_it_needs()
    {
        var result = Yaml.Parse("version: 1\nexperiments:\n  a: { command: x, setup: make }\n  b: { command: x, setup: { run: make, files: [Makefile, \"src/**\"] } }\n");

        result.HasErrors.ShouldBeFalse();
        result.Manifest!.Experiments.Select(spec => (spec.Setup, string.Join(' ', spec.SetupFiles))).ShouldBe([("make", ""), ("make", "Makefile src/**")]);
    }

    [Fact]
    public void A_setup_without_its_line_is_an_error() =>
        Yaml.Parse("version: 1\nexperiments: { a: { command: x, setup: { files: [Makefile] } } }\n").Diagnostics.ShouldHaveSingleItem().KeyPath.ShouldBe("experiments.a.setup");

    [Fact]
    public void A_diagnostic_reads_like_a_compilers()
    {
        var result = Yaml.Parse("version: 1\nexperiments:\n  digits:\n    command: x\n    sweep: { smapler: grid }\n");

        var diagnostic = result.Diagnostics.ShouldHaveSingleItem();
        diagnostic.ToString().ShouldBe(".gradient.yml:5:14: error GCI0007: `smapler` is not a key of `sweep` (did you mean `sampler`?)");
        diagnostic.KeyPath.ShouldBe("experiments.digits.sweep.smapler");
        result.Manifest.ShouldBeNull();
    }

    [Theory]
    [InlineData("1e-4", ParameterKind.Number, "0.0001")]
    [InlineData("1.", ParameterKind.Number, "1")]
    [InlineData("-.5", ParameterKind.Number, "-0.5")]
    [InlineData("0o17", ParameterKind.Integer, "15")]
    [InlineData("0x1F", ParameterKind.Integer, "31")]
    [InlineData("017", ParameterKind.Integer, "17")]
    [InlineData("+3", ParameterKind.Integer, "3")]
    [InlineData("9223372036854775807", ParameterKind.Integer, "9223372036854775807")]
    [InlineData("9223372036854775808", ParameterKind.Number, "9.223372036854776E+18")]
    [InlineData("0o777777777777777777777", ParameterKind.Integer, "9223372036854775807")]
    [InlineData("0o7777777777777777777777", ParameterKind.Text, "0o7777777777777777777777")]
    [InlineData("yes", ParameterKind.Text, "yes")]
    [InlineData("on", ParameterKind.Text, "on")]
    [InlineData("1_000", ParameterKind.Text, "1_000")]
    [InlineData("12:30", ParameterKind.Text, "12:30")]
    [InlineData("True", ParameterKind.Boolean, "true")]
    [InlineData("\"8\"", ParameterKind.Text, "8")]
    [InlineData("'true'", ParameterKind.Text, "true")]
    public void Plain_values_mean_what_YAML_1_2_says(string written, ParameterKind kind, string text)
    {
        var value = Yaml.Experiment($"command: x\nparameters: {{ p: {written} }}").Parameters["p"]!.Value;

        value.Kind.ShouldBe(kind);
        value.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("push", true, false)]
    [InlineData("[push]", true, false)]
    [InlineData("[push, pull_request]", true, true)]
    [InlineData("{ push: }", true, false)]
    [InlineData("{ pull_request: true, push: false }", false, true)]
    [InlineData("{ comment: true }", false, false)]
    public void What_on_names_replaces_the_default(string on, bool push, bool pullRequest)
    {
        var trigger = Yaml.Experiment($"command: x\non: {on}").On;

        (trigger.Push is not null).ShouldBe(push);
        (trigger.PullRequest is not null).ShouldBe(pullRequest);
    }

    [Theory]
    [InlineData(">= 0.92", 0.92, true, null, false)]
    [InlineData("> -1e-3", -0.001, false, null, false)]
    [InlineData("<=2", null, false, 2d, true)]
    [InlineData("< 2", null, false, 2d, false)]
    [InlineData("== 1", 1d, true, 1d, true)]
    [InlineData("0.1..0.4", 0.1, true, 0.4, true)]
    [InlineData("1..", 1d, true, null, false)]
    [InlineData("..0.40", null, false, 0.4, true)]
    [InlineData("-2 .. -1", -2d, true, -1d, true)]
    public void Intervals_are_read_in_all_their_forms(string text, double? low, bool lowIncluded, double? high, bool highIncluded)
    {
        var target = Yaml.Experiment($"command: x\nchecks: {{ acc: \"{text}\" }}").Checks.Single().Target;

        target.ShouldBe(new Interval(low, lowIncluded, high, highIncluded, text));
    }

    [Theory]
    [InlineData("5%", 0.05, true)]
    [InlineData("2.5 %", 0.025, true)]
    [InlineData("0.01", 0.01, false)]
    [InlineData("0", 0, false)]
    public void A_tolerance_is_a_share_or_an_amount(string text, double value, bool isRelative) =>
        Yaml.Experiment($"command: x\nchecks: {{ acc: {{ against: base, tolerance: {text} }} }}").Checks.Single().Tolerance.ShouldBe(new Tolerance(value, isRelative));

    [Theory]
    [InlineData("gp", 1, false)]
    [InlineData("gp", 2, true)]
    [InlineData("cma-es", 2, true)]
    [InlineData("tpe", 2, false)]
    [InlineData("nsga2", 2, false)]
    [InlineData("auto", 2, false)]
    public void A_sampler_that_learns_from_one_objective_is_refused_with_several(string sampler, int objectives, bool isRefused)
    {
        var list = objectives == 1 ? "{ maximize: acc }" : "[{ maximize: acc }, { minimize: ms }]";

        var codes = Yaml.Codes($"command: x\nsweep: {{ sampler: {sampler}, max-trials: 40, parameters: {{ lr: {{ float: [0, 1] }} }} }}\nobjective: {list}");

        codes.Contains("GCI0017").ShouldBe(isRefused && SamplerCatalog.BuiltIn.Names.Contains(sampler));
    }

    [Theory]
    [InlineData("minimize: loss", "", Direction.Minimize)]
    [InlineData("minimize: other", "", Direction.Maximize)]
    [InlineData("minimize: loss", ", better: higher", Direction.Maximize)]
    [InlineData("maximize: loss", ", better: lower", Direction.Minimize)]
    public void Better_is_the_manifests_word_else_the_objectives_else_higher(string objective, string better, Direction expected) =>
        Yaml.Experiment($"command: x\nobjective: {{ {objective} }}\nchecks: {{ loss: {{ against: base{better} }} }}").Checks.Single().Better.ShouldBe(expected);

    [Fact]
    public void Retries_name_the_ends_that_are_tried_again()
    {
        var retries = Yaml.Experiment("command: x\nretries: { max: 2, on: [out-of-memory, exit-code: 75, exit-code: 3] }").Retries;

        SpecDump.Of(retries).ShouldBe(SpecDump.Of(new RetrySpec { Max = 2, OnLost = false, OnOutOfMemory = true, OnExitCodes = [75, 3] }));
    }

    [Fact]
    public void Parents_come_before_the_parameters_that_depend_on_them_and_else_the_files_order_stands()
    {
        var space = Yaml.Experiment("""
            command: x
            sweep:
              parameters:
                momentum: { choice: [0.5, 0.9], when: { optimizer: sgd, depth: [1, 2] } }
                lr: [0.1]
                optimizer: [sgd, adam]
                depth: { int: [1, 3] }
            """).Sweep.Space;

        space.Parameters.Select(parameter => parameter.Name).ShouldBe(["lr", "optimizer", "depth", "momentum"]);
        space.Parameters[3].When.Select(condition => condition.Parameter).ShouldBe(["optimizer", "depth"]);
        space.CountPoints(100).ShouldBe(1 * (2 + 2 + 1 + 3));
    }

    [Fact]
    public void Defaults_merge_maps_and_replace_lists_and_plain_values()
    {
        var experiments = Yaml.Experiments("""
            defaults:
              timeout: 2h
              env: { A: "1", B: "1" }
              inputs: [a, b]
              image: python
              objective: { maximize: acc, aggregate: best }
              checks: { acc: ">= 0.5", loss: { target: "< 3", over: all } }
              sweep:
                parameters: { lr: { float: [0.1, 1], scale: log }, depth: [1, 2] }
                max-trials: 5
            experiments:
              own:
                command: x
                timeout: 1h
                env: { B: "2", C: "2" }
                inputs: [c]
                build: { target: t }
                objective: { minimize: loss }
                checks: { loss: { aggregate: min } }
                sweep: { parameters: { depth: { int: [1, 9] }, width: [3] }, repeats: 2 }
              plain:
                command: y
            """);

        var own = experiments[0];
        own.Timeout.ShouldBe(TimeSpan.FromHours(1));
        own.Env.ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal) { ["A"] = "1", ["B"] = "2", ["C"] = "2" }, ignoreOrder: true);
        own.Inputs.ShouldBe(["c"]);
        own.Image.ShouldBeNull();
        own.Build!.Target.ShouldBe("t");
        own.Objectives.ShouldBe([new Objective("loss", Direction.Minimize, ObjectiveAggregate.Best)]);
        own.Checks.Select(check => (check.Metric, check.Target!.Text, check.Over, check.Aggregate)).ShouldBe(
            [("acc", ">= 0.5", CheckScope.Best, CheckAggregate.Last), ("loss", "< 3", CheckScope.All, CheckAggregate.Min)]);
        own.Sweep.Space.Parameters.Select(parameter => parameter.Name).ShouldBe(["lr", "depth", "width"]);
        own.Sweep.Space.Parameters[1].Domain.ShouldBe(new IntDomain(1, 9));
        own.Sweep.MaxTrials.ShouldBe(5);
        own.Sweep.Repeats.ShouldBe(2);
        experiments[1].Timeout.ShouldBe(TimeSpan.FromHours(2));
        experiments[1].Image.ShouldBe("python");
    }

    [Fact]
    public void A_default_that_every_experiment_overrides_is_checked_all_the_same() =>
        Yaml.Parse("version: 1\ndefaults: { timeout: soon }\nexperiments: { a: { command: x, timeout: 1h } }\n")
            .Diagnostics.ShouldHaveSingleItem().KeyPath.ShouldBe("defaults.timeout");

    [Fact]
    public void An_alias_stands_for_its_anchor() =>
        Yaml.Experiments("experiments:\n  a: { command: x, inputs: &globs [src/**] }\n  b: { command: y, artifacts: *globs }\n")[1].Artifacts.ShouldBe(["src/**"]);

    [Fact]
    public void A_byte_order_mark_is_no_character() =>
        ManifestParser.Parse((byte[])[0xEF, 0xBB, 0xBF, .. "version: 1\nexperiments: { a: { command: x } }\n"u8], "f").HasErrors.ShouldBeFalse();

    [Fact]
    public void Unserved_keys_are_errors_of_this_build_only()
    {
        const string text = "version: 1\nexperiments: { a: { command: x, nodes: { count: 2, launcher: mpi } } }\n";

        Yaml.Parse(text, ServedKeys.ThisBuild).Diagnostics.ShouldHaveSingleItem().Code.ShouldBe("GCI0200");
        Yaml.Parse(text, ServedKeys.All).HasErrors.ShouldBeFalse();
    }

    [Fact]
    public void A_sweep_larger_than_max_trials_is_no_error_unless_it_is_a_grid_of_all_points()
    {
        const string space = "command: x\nobjective: { maximize: acc }\nsweep: { max-trials: 40, parameters: { a: { int: [1, 1000000] }, b: { int: [1, 1000000] } } }";

        Yaml.Experiment(space).Sweep.MaxTrials.ShouldBe(40);
        Yaml.Codes(space.Replace("max-trials: 40, ", "", StringComparison.Ordinal)).ShouldBe(["GCI0035"]);
    }
}
