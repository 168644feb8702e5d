using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using GradientCI.Metrics;
using GradientCI.Runner.Manifests.Rules;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Keys;

/// <summary>The keys that say what is measured, and what is good.</summary>
internal static class ResultKeys
{
    private static readonly string[] BaselineKeys = ["tolerance", "better"];

    private static readonly Shape<string> Metric = Names.Metric.ToShape();

    private static readonly Shape<Objective> OneObjective = new Table<Objective>("an objective", () => new Objective("", Direction.Maximize))
        .Key("maximize", Metric, "The metric, when more is better.", (objective, metric) => objective with { Metric = metric, Direction = Direction.Maximize })
        .Key("minimize", Metric, "The metric, when less is better.", (objective, metric) => objective with { Metric = metric, Direction = Direction.Minimize })
        .Key(
            "aggregate", Scalars.OneOf(("last", ObjectiveAggregate.Last), ("best", ObjectiveAggregate.Best), ("mean-of-last-5", ObjectiveAggregate.MeanOfLastFive)),
            "How a trial's points become its one value.", (objective, aggregate) => objective with { Aggregate = aggregate }, "`last`")
        .OneOf(isNeeded: true, "maximize", "minimize");

    public static readonly Shape<ImmutableArray<Objective>> Objectives = new Forms<ImmutableArray<Objective>>(
        list: new ListShape<Objective>(OneObjective, 5, 1),
        map: OneObjective.Select(objective => ImmutableArray.Create(objective)))
    {
        Hint = "write { maximize: METRIC } or { minimize: METRIC }",
    };

    public static readonly Shape<ImmutableArray<ConstraintSpec>> Constraints = new MapShape<Interval>(Names.Metric, Quantities.Interval, 20)
        .Select(items => items.Select(item => new ConstraintSpec(item.Key, item.Value)).ToImmutableArray());

    public static readonly Shape<MetricSourcesSpec> Metrics = new Table<MetricSourcesSpec>("`metrics`", () => new())
        .Key("tensorboard", Paths.GlobOrGlobs, "TensorBoard event files, of which the scalars are read.", (sources, globs) => sources with { TensorBoard = globs })
        .Key("files", Paths.GlobOrGlobs, "JSON lines (`.jsonl`) or CSV (`.csv`) files.", (sources, paths) => sources with { Files = paths })
        .Others(
            Names.Metric,
            new Table<string>("a metric's source", () => "")
                .Key("pattern", Scalars.Text("a regular expression", 500).Then<string>(PatternRules.Check), "A regular expression over log lines; its first group is the value. Matched without backtracking.", (_, pattern) => pattern, isRequired: true),
            "A metric that is read from plain log lines.",
            (sources, metric, pattern) => sources with { Patterns = sources.Patterns.Add(new MetricPattern(metric, pattern)) });

    private static readonly Table<CheckSpec> CheckTable = new Table<CheckSpec>("a check", () => new CheckSpec { Metric = "" })
        .Key("target", Quantities.Interval, "Where the value must lie.", (check, target) => check with { Target = target })
        .Key("against", Scalars.OneOf(("base", true)), "`base`: the value is held against the baseline's.", (check, isAgainst) => check with { AgainstBase = isAgainst })
        .Key("tolerance", Quantities.Tolerance, "How much worse than the baseline is still allowed.", (check, tolerance) => check with { Tolerance = tolerance }, "`0`")
        .Key("better", Scalars.OneOf(("higher", Direction.Maximize), ("lower", Direction.Minimize)), "Which way the metric is better, for `against`.", (check, better) => check with { Better = better }, "the objective's when it is the same metric, else `higher`")
        .Key("aggregate", Scalars.OneOf([.. Enum.GetValues<CheckAggregate>().Select(one => (one.ToString().ToLowerInvariant(), one))]), "How a trial's points become one value.", (check, aggregate) => check with { Aggregate = aggregate }, "`last`")
        .Key("over", Scalars.OneOf([.. Enum.GetValues<CheckScope>().Select(one => (one.ToString().ToLowerInvariant(), one))]), "How the trials' values become one; `all`: every trial must pass.", (check, scope) => check with { Over = scope }, "`best`")
        .Key("if-missing", Scalars.OneOf(("fail", false), ("pass", true)), "What a missing value counts as.", (check, passes) => check with { PassIfMissing = passes }, "`fail`")
        .Key("only", Scalars.OneOf(("pull_request", true)), "`pull_request`: made for pull requests only.", (check, isOnly) => check with { OnlyPullRequest = isOnly })
        .Key("required", Scalars.Boolean, "Whether failing it fails the run.", (check, isRequired) => check with { Required = isRequired }, "`true`")
        .OneOf(isNeeded: true, "target", "against");

    public static readonly Shape<ImmutableArray<CheckSpec>> Checks = new MapShape<CheckSpec>(
            Names.Metric,
            new Forms<CheckSpec>(
                scalar: Quantities.Interval.Select(target => new CheckSpec { Metric = "", Target = target }),
                map: CheckTable.Then<CheckSpec>(HoldTogether)),
            50)
        .Select(items => items.Select(item => item.Value with { Metric = item.Key }).ToImmutableArray());

    private static readonly Shape<ChartSpec> Chart = new Forms<ChartSpec>(
        scalar: Metric.Select(metric => new ChartSpec([metric], Scale.Linear)),
        map: new Table<ChartSpec>("a chart", () => new ChartSpec([], Scale.Linear))
            .Key(
                "y", new Forms<ImmutableArray<string>>(Metric.Select(metric => ImmutableArray.Create(metric)), new ListShape<string>(Metric, 20, 1)),
                "The metric, or the metrics drawn together.", (chart, metrics) => chart with { Metrics = metrics }, isRequired: true)
            .Key("scale", SweepKeys.ScaleWord, "The scale of y.", (chart, scale) => chart with { Scale = scale }, "`linear`"));

    public static readonly Shape<ReportSpec> Report = new Table<ReportSpec>("`report`", () => new())
        .Key(
            "comment", Scalars.OneOf(("true", CommentMode.Always), ("false", CommentMode.Never), ("on-change", CommentMode.OnChange)),
            "Whether a pull request gets a comment.", (report, mode) => report with { Comment = mode }, "`true`")
        .Key("charts", new ListShape<ChartSpec>(Chart, 50, mayRepeat: true), "The charts, each a metric or a map.", (report, charts) => report with { Charts = charts }, "every series, grouped by name")
        .Key("columns", new ListShape<string>(Metric, 50), "The columns of the trial table: parameters and metrics.", (report, columns) => report with { Columns = columns }, "parameters, objective, checked metrics")
        .Key("images", Paths.Globs, "Pictures among the artifacts.", (report, globs) => report with { Images = globs })
        .Key("notes", Paths.Relative, "A Markdown file that the best trial writes.", (report, path) => report with { Notes = path });

    private static bool HoldTogether(CheckSpec check, YamlNode node, Reading reading, [MaybeNullWhen(false)] out CheckSpec value)
    {
        value = check;
        var stray = BaselineKeys.FirstOrDefault(key => !check.AgainstBase && node is YamlMapping mapping && mapping[key] is not null);
        return stray is null
            || reading.At(stray).Report(DiagnosticCode.Conflict, node.Nearest(stray), $"`{stray}` is for a check against the baseline", "add against: base");
    }
}
