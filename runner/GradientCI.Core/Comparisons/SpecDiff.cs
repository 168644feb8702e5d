using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Comparisons;

/// <summary>Which keys of the manifest differ between two versions of an experiment.</summary>
public static class SpecDiff
{
    private const int TextLength = 80;

    /// <summary>Compares key by key; what a manifest need not say and does not say is absent.</summary>
    /// <returns>Keys as the manifest names them (<c>sweep.parameters.lr</c>), in its order, those that went away last;
    /// values as it writes them, on one line of at most 80 characters.</returns>
    public static ImmutableArray<ValueChange> Compare(ExperimentSpec before, ExperimentSpec after)
    {
        var old = Describe(before);
        var now = Describe(after);
        return [.. now.Concat(old).Select(entry => entry.Key).Distinct(StringComparer.Ordinal)
            .Select(key => (Key: key, Before: Find(old, key), After: Find(now, key)))
            .Where(change => change.Before != change.After)
            .Select(change => new ValueChange(change.Key, Shorten(change.Before, change.After), Shorten(change.After, change.Before)))];
    }

    private static string? Find(List<(string Key, string Text)> entries, string key)
    {
        var texts = entries.Where(entry => entry.Key == key).Select(entry => entry.Text).ToList();
        return texts.Count == 0 ? null : string.Join(", ", texts);
    }

    // The end of a long command is where the difference usually is, so the common beginning goes first.
    private static string? Shorten(string? text, string? other)
    {
        if (text is null || text.Length <= TextLength)
        {
            return text is null ? null : OneLine(text);
        }

        var same = other is null ? 0 : text.AsSpan().CommonPrefixLength(other);
        var start = same < TextLength / 2 ? 0 : Math.Min(same - 20, text.Length - TextLength + 1);
        var shown = (start == 0 ? "" : "…") + text[start..];
        return OneLine(shown.Length <= TextLength ? shown : shown[..(TextLength - 1)] + "…");
    }

    private static string OneLine(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }
    });

    private static List<(string Key, string Text)> Describe(ExperimentSpec spec) =>
        [.. Entries(spec).Where(entry => entry.Value is not (null or "" or "[]")).Select(entry => (entry.Key, entry.Value!.ToString()!))];

    private static IEnumerable<(string Key, object? Value)> Entries(ExperimentSpec spec) =>
    [
        ("description", spec.Description),
        .. Triggers(spec.On),
        ("baseline", spec.Baseline == BaselineMode.Run ? "run" : null),
        ("cancel-superseded", Said(spec.CancelSuperseded)),
        ("image", spec.Image),
        ("build", spec.Build is { } build
            ? ManifestText.Map(("dockerfile", build.Dockerfile), ("context", build.Context), ("args", Pairs(build.Args)), ("target", build.Target))
            : null),
        ("setup", spec.Setup),
        ("setup.files", ManifestText.List(spec.SetupFiles)),
        ("command", spec.Command.IsShell ? string.Join(' ', spec.Command.Words) : ManifestText.List(spec.Command.Words)),
        ("workdir", spec.Workdir == "." ? null : spec.Workdir),
        .. spec.Env.Select(pair => ($"env.{pair.Key}", (object?)Quoted(pair.Value))),
        ("secrets", ManifestText.List([.. spec.Secrets, .. spec.SecretFiles.Select(name => $"{name}: file")])),
        ("resources.gpus", spec.Resources.Gpus == 0 ? null : spec.Resources.Gpus),
        ("resources.gpu-type", spec.Resources.GpuType),
        ("resources.cpus", spec.Resources.Cpus),
        ("resources.memory", spec.Resources.MemoryBytes is { } memory ? ManifestText.Size(memory) : null),
        ("resources.shm", spec.Resources.ShmBytes is { } shm ? ManifestText.Size(shm) : null),
        ("nodes", spec.Nodes is { } nodes ? ManifestText.Map(("count", nodes.Count), ("launcher", nodes.Launcher)) : null),
        ("timeout", spec.Timeout is { } timeout ? ManifestText.Duration(timeout) : null),
        ("retries.max", spec.Retries.Max == 0 ? null : spec.Retries.Max),
        ("retries.on", RetryWords(spec.Retries)),
        ("inputs", ManifestText.List(spec.Inputs)),
        ("cache", spec.Cache ? null : "false"),
        ("artifacts", ManifestText.List(spec.Artifacts)),
        .. spec.Datasets.Select(pair => ($"datasets.{pair.Key}", (object?)Quoted(pair.Value))),
        ("storage", spec.MayWriteStorage ? null : "read-only"),
        ("ports", ManifestText.List(spec.Ports)),
        .. spec.Parameters.Select(pair => ($"parameters.{pair.Key}", (object?)Quoted(pair.Value.ToString()))),
        .. Sweep(spec.Sweep),
        ("objective", spec.Objectives.Length == 1 ? ObjectiveText(spec.Objectives[0]) : ManifestText.List(spec.Objectives.Select(ObjectiveText))),
        .. spec.Constraints.Select(constraint => ($"constraints.{constraint.Metric}", (object?)constraint.Target.Text)),
        .. spec.Metrics.Patterns.Select(pattern => ($"metrics.{pattern.Metric}", (object?)pattern.Pattern)),
        ("metrics.tensorboard", ManifestText.List(spec.Metrics.TensorBoard)),
        ("metrics.files", ManifestText.List(spec.Metrics.Files)),
        .. spec.Checks.Select(check => ($"checks.{check.Metric}", (object?)CheckText(check))),
        ("report.comment", spec.Report.Comment switch { CommentMode.Never => "false", CommentMode.OnChange => "on-change", _ => null }),
        ("report.charts", ManifestText.List(spec.Report.Charts.Select(chart =>
            ManifestText.Map(("y", ManifestText.List(chart.Metrics)), ("scale", chart.Scale == Scale.Log ? "log" : null))))),
        ("report.columns", ManifestText.List(spec.Report.Columns)),
        ("report.images", ManifestText.List(spec.Report.Images)),
        ("report.notes", spec.Report.Notes),
    ];

    private static IEnumerable<(string Key, object? Value)> Triggers(TriggerSpec on) =>
    [
        ("on.push", on.Push is not { } push ? "false" : ManifestText.Map(
            ("branches", ManifestText.List(push.Branches)), ("branches-ignore", ManifestText.List(push.BranchesIgnore)),
            ("tags", ManifestText.List(push.Tags)), ("tags-ignore", ManifestText.List(push.TagsIgnore)),
            ("paths", ManifestText.List(push.Paths)), ("paths-ignore", ManifestText.List(push.PathsIgnore)),
            ("commits", push.EveryCommit ? "all" : null))),
        ("on.pull_request", on.PullRequest is not { } pull ? "false" : ManifestText.Map(
            ("branches", ManifestText.List(pull.Branches)), ("branches-ignore", ManifestText.List(pull.BranchesIgnore)),
            ("paths", ManifestText.List(pull.Paths)), ("paths-ignore", ManifestText.List(pull.PathsIgnore)),
            ("forks", pull.ForksAfterApproval ? null : "never"))),
        ("on.schedule", on.Schedule),
        ("on.comment", Said(on.Comment)),
    ];

    private static IEnumerable<(string Key, object? Value)> Sweep(SweepSpec sweep) =>
    [
        .. sweep.Space.Parameters.Select(parameter => ($"sweep.parameters.{parameter.Name}", (object?)ManifestText.Parameter(parameter))),
        ("sweep.sampler", sweep.Sampler == "auto" ? null : sweep.Sampler),
        ("sweep.warm-start", Said(sweep.WarmStart)),
        ("sweep.max-trials", sweep.MaxTrials),
        ("sweep.parallel", sweep.Parallel),
        ("sweep.repeats", sweep.Repeats == 1 ? null : sweep.Repeats),
        ("sweep.seed", sweep.Seed == 0 ? null : sweep.Seed),
        ("sweep.pruner", sweep.Pruner is not { } pruner ? null : pruner.Settings.IsEmpty ? pruner.Name
            : ManifestText.Map((pruner.Name, ManifestText.Map(pruner.Settings.Select(pair => (pair.Key, (object?)pair.Value)))))),
        ("sweep.stop", ManifestText.Map(
            ("after", sweep.Stop.After is { } after ? ManifestText.Duration(after) : null), ("gpu-hours", sweep.Stop.GpuHours),
            ("target", sweep.Stop.Target), ("patience", sweep.Stop.Patience))),
    ];

    private static string ObjectiveText(Objective objective) => ManifestText.Map(
        (objective.Direction == Direction.Maximize ? "maximize" : "minimize", objective.Metric),
        ("aggregate", objective.Aggregate switch { ObjectiveAggregate.Best => "best", ObjectiveAggregate.MeanOfLastFive => "mean-of-last-5", _ => null }))!;

    private static string CheckText(CheckSpec check)
    {
        var rest = ManifestText.Map(
            ("aggregate", check.Aggregate == CheckAggregate.Last ? null : Lower(check.Aggregate)),
            ("over", check.Over == CheckScope.Best ? null : Lower(check.Over)),
            ("against", check.AgainstBase ? "base" : null),
            ("tolerance", check.Tolerance == Tolerance.None ? null : check.Tolerance),
            ("better", check.Better == Direction.Maximize ? null : "lower"),
            ("if-missing", check.PassIfMissing ? "pass" : null),
            ("only", check.OnlyPullRequest ? "pull_request" : null),
            ("required", check.Required ? null : "false"));
        return rest is null ? check.Target?.Text ?? "{}"
            : check.Target is null ? rest
            : $"{{ target: {check.Target.Text}, {rest[2..]}";
    }

    private static string RetryWords(RetrySpec retries) => retries is { OnLost: true, OnOutOfMemory: false, OnFailure: false, OnTimeout: false, OnExitCodes: [] }
        ? ""
        : ManifestText.List(new[]
        {
            retries.OnLost ? "lost" : null, retries.OnOutOfMemory ? "out-of-memory" : null,
            retries.OnFailure ? "failed" : null, retries.OnTimeout ? "timed-out" : null,
        }.OfType<string>().Concat(retries.OnExitCodes.Select(code => $"exit-code: {code}")));

    private static string? Pairs(ImmutableSortedDictionary<string, string> map) =>
        ManifestText.Map(map.Select(pair => (pair.Key, (object?)Quoted(pair.Value))));

    private static string? Said(bool value) => value ? "true" : null;

    private static string Quoted(string value) => value.Length == 0 ? "\"\"" : value;

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
