using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Answers;

/// <summary>The kinds of things that a forge keeps for us.</summary>
internal enum LaneKind
{
    Status,
    Check,
    Comment,
    Reaction,
}

/// <summary>One thing of a forge's, as <see cref="WantedAnswer.Lane"/> names it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="At">A commit's name, a pull request's number, or somebody's comment's id.</param>
/// <param name="Name">The status's context or the check run's name; empty for others.</param>
internal sealed record AnswerLane(LaneKind Kind, string At, string Name)
{
    public int PullRequest => int.Parse(At, NumberStyles.None, CultureInfo.InvariantCulture);

    public long CommentId => long.Parse(At, NumberStyles.None, CultureInfo.InvariantCulture);

    public static AnswerLane Status(CommitSha sha, string context) => new(LaneKind.Status, sha.Value, context);

    public static AnswerLane Check(CommitSha sha, string name) => new(LaneKind.Check, sha.Value, name);

    public static AnswerLane Comment(int pullRequest) => new(LaneKind.Comment, pullRequest.ToString(CultureInfo.InvariantCulture), "");

    /// <summary>What we think of somebody's comment.</summary>
    public static AnswerLane Reaction(long comment) => new(LaneKind.Reaction, comment.ToString(CultureInfo.InvariantCulture), "");

    public static AnswerLane Parse(string lane) => lane.Split(' ', 3) switch
    {
        ["status", var sha, var context] => new(LaneKind.Status, sha, context),
        ["check", var sha, var name] => new(LaneKind.Check, sha, name),
        ["comment", var number] => new(LaneKind.Comment, number, ""),
        ["reaction", var comment] => new(LaneKind.Reaction, comment, ""),
        _ => throw new FormatException($"'{lane}' is no lane."),
    };

    public override string ToString() => Kind switch
    {
        LaneKind.Status => $"status {At} {Name}",
        LaneKind.Check => $"check {At} {Name}",
        LaneKind.Reaction => $"reaction {At}",
        _ => $"comment {At}",
    };
}
