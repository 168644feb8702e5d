using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Keys;

/// <summary>The keys under <c>on</c>.</summary>
internal static partial class TriggerKeys
{
    private static readonly TriggerSpec Nothing = new() { Push = null, PullRequest = null };

    private static readonly Shape<string> CronText = Scalars.Text("a cron line in quotes: `\"0 3 * * *\"`", 100, CronPattern);

    private static readonly Table<PushTrigger> Push = new Table<PushTrigger>("`push`", () => new())
        .Key("branches", Paths.RefGlobs, "Only branches that match one.", (push, globs) => push with { Branches = globs }, "all")
        .Key("branches-ignore", Paths.RefGlobs, "Not branches that match one.", (push, globs) => push with { BranchesIgnore = globs })
        .Key("tags", Paths.RefGlobs, "Tags that match one; without `tags` and `tags-ignore` no tag starts a run.", (push, globs) => push with { Tags = globs }, "none")
        .Key("tags-ignore", Paths.RefGlobs, "All tags but those that match one.", (push, globs) => push with { TagsIgnore = globs })
        .Key("paths", Paths.Globs, "Only when the push touches one.", (push, globs) => push with { Paths = globs }, "all")
        .Key("paths-ignore", Paths.Globs, "Files that do not count as touched.", (push, globs) => push with { PathsIgnore = globs })
        .Key("commits", Scalars.OneOf(("head", false), ("all", true)), "`head`: the pushed tip is run; `all`: every commit of the push.", (push, all) => push with { EveryCommit = all }, "`head`")
        .OrNothing();

    private static readonly Table<PullRequestTrigger> PullRequest = new Table<PullRequestTrigger>("`pull_request`", () => new())
        .Key("branches", Paths.RefGlobs, "Only into branches that match one.", (pull, globs) => pull with { Branches = globs }, "all")
        .Key("branches-ignore", Paths.RefGlobs, "Not into branches that match one.", (pull, globs) => pull with { BranchesIgnore = globs })
        .Key("paths", Paths.Globs, "Only when the pull request touches one.", (pull, globs) => pull with { Paths = globs }, "all")
        .Key("paths-ignore", Paths.Globs, "Files that do not count as touched.", (pull, globs) => pull with { PathsIgnore = globs })
        .Key("forks", Scalars.OneOf(("approve", true), ("never", false)), "Whether a fork's code runs after approval, or never.", (pull, approved) => pull with { ForksAfterApproval = approved }, "`approve`")
        .OrNothing();

    /// <summary>A map, a word or a list of words. What is given replaces the default of both.</summary>
    public static readonly Shape<TriggerSpec> On = new Forms<TriggerSpec>(
        scalar: Word.Select(word => word(Nothing)),
        list: new ListShape<Func<TriggerSpec, TriggerSpec>>(Word, 2, 1).Select(words => words.Aggregate(Nothing, (on, word) => word(on))),
        map: new Table<TriggerSpec>("`on`", () => Nothing)
            .Key("push", OrSwitch(Push, new PushTrigger()), "Pushes; `false` for none.", (on, push) => on with { Push = push })
            .Key("pull_request", OrSwitch(PullRequest, new PullRequestTrigger()), "Pull requests; `false` for none.", (on, pull) => on with { PullRequest = pull })
            .Key("schedule", Cron, "A cron line of five fields, in UTC, on the default branch.", (on, cron) => on with { Schedule = cron })
            .Key("comment", Scalars.Boolean, "Whether `/gradient run` in a comment starts it where it names no experiment, as `pull_request` does.", (on, comment) => on with { Comment = comment }, "`false`"));

    private static Shape<Func<TriggerSpec, TriggerSpec>> Word => Scalars.OneOf<Func<TriggerSpec, TriggerSpec>>(
        ("push", on => on with { Push = new PushTrigger() }),
        ("pull_request", on => on with { PullRequest = new PullRequestTrigger() }));

    private static Shape<string> Cron => new ScalarShape<string>(
        CronText.Summary,
        CronText.ToSchema,
        (YamlScalar scalar, Reading reading, [MaybeNullWhen(false)] out string value) => CronText.TryRead(scalar, reading, out value)
            && (CronLine.TryParse(value) is { } line
                ? !line.NeverFires || reading.Report(DiagnosticCode.NeverFires, scalar, "no day ever meets this cron line", "the month is too short for the day")
                : reading.Report(DiagnosticCode.InvalidValue, scalar, "a range of this cron line runs backwards", "write 22-23,0-2 for 22-2")));


    private static Shape<T?> OrSwitch<T>(Table<T> table, T all)
        where T : class => new Forms<T?>(Scalars.Boolean.Select(isOn => isOn ? all : null), map: table.Select(trigger => (T?)trigger));

    // Minute, hour, day, month, weekday: each a list of *, numbers and ranges, with a step.
    private const string MinuteField = @"(?:\*|[0-5]?[0-9](?:-[0-5]?[0-9])?)(?:/[1-9][0-9]?)?";
    private const string HourField = @"(?:\*|(?:[01]?[0-9]|2[0-3])(?:-(?:[01]?[0-9]|2[0-3]))?)(?:/[1-9][0-9]?)?";
    private const string DayField = @"(?:\*|(?:0?[1-9]|[12][0-9]|3[01])(?:-(?:0?[1-9]|[12][0-9]|3[01]))?)(?:/[1-9][0-9]?)?";
    private const string MonthField = @"(?:\*|(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|1[0-2]))?)(?:/[1-9][0-9]?)?";
    private const string WeekdayField = @"(?:\*|[0-7](?:-[0-7])?)(?:/[1-9][0-9]?)?";

    [GeneratedRegex(
        @"\A" + MinuteField + "(?:," + MinuteField + ")* +" + HourField + "(?:," + HourField + ")* +" + DayField + "(?:," + DayField + ")* +"
        + MonthField + "(?:," + MonthField + ")* +" + WeekdayField + "(?:," + WeekdayField + @")*\z")]
    private static partial Regex CronPattern { get; }
}
