using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Reports.Comments;

/// <summary>A run that a comment tells of.</summary>
/// <param name="Run">The run.</param>
/// <param name="Report">Its report once it has ended; null before, so that nothing is written anew for every trial.</param>
/// <param name="Links">Where its pages are, or null when nobody outside can reach them.</param>
public sealed record CommentedRun(Run Run, Report? Report, ReportLinks? Links);

/// <summary>Where a report can be seen.</summary>
/// <param name="Page">The page of the report.</param>
/// <param name="Charts">Addresses of its charts as pictures, the most telling first.</param>
public sealed record ReportLinks(string Page, ImmutableArray<ChartLink> Charts);

/// <summary>A chart as a picture.</summary>
/// <param name="Title">What it shows; untrusted text.</param>
/// <param name="Url">Where it is.</param>
public sealed record ChartLink(string Title, string Url);

/// <summary>What stands at the commit beside its runs.</summary>
/// <param name="IsWaiting">Whether somebody has to act; otherwise something is wrong.</param>
/// <param name="Sentence">One sentence; untrusted text.</param>
/// <param name="Detail">All of it, untrusted plain text; may be empty.</param>
public sealed record CommentRemark(bool IsWaiting, string Sentence, string Detail);

/// <summary>A command that somebody wrote in a comment.</summary>
/// <param name="Text">As it was written; untrusted text.</param>
/// <param name="By">Who wrote it; untrusted text.</param>
/// <param name="IsDone">Whether it was done; otherwise something is wrong with it.</param>
/// <param name="Sentence">What became of it; more lines have a term and, after a tab, what it means. Untrusted text.</param>
/// <param name="Results">The runs that it is about.</param>
public sealed record CommentedCommand(string Text, string By, bool IsDone, string Sentence, ImmutableArray<CommandedResult> Results);

/// <summary>A run that a command is about.</summary>
/// <param name="Told">The run; its report compares it with <paramref name="Against"/> where there is one.</param>
/// <param name="Against">The run that it is to be compared with, or null.</param>
public sealed record CommandedResult(CommentedRun Told, RunId? Against);

/// <summary>A commit that was the pull request's head before.</summary>
/// <param name="Sha">The commit.</param>
/// <param name="Runs">The newest run of each experiment there.</param>
public sealed record EarlierHead(CommitSha Sha, ImmutableArray<Run> Runs);

/// <summary>All that one comment of a pull request tells.</summary>
/// <param name="Marker">The hidden line by which the comment is found again.</param>
/// <param name="Head">The pull request's present commit.</param>
/// <param name="Runs">The newest run of each experiment there, by name.</param>
/// <param name="Remarks">What stands there beside runs.</param>
/// <param name="Earlier">Earlier heads, the newest first.</param>
public sealed record PullRequestComment(
    string Marker, CommitSha Head, ImmutableArray<CommentedRun> Runs, ImmutableArray<CommentRemark> Remarks, ImmutableArray<EarlierHead> Earlier)
{
    /// <summary>What was asked for at this head, oldest first.</summary>
    public ImmutableArray<CommentedCommand> Commands { get; init; } = [];
}
