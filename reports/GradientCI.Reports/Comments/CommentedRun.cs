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
    string Marker, CommitSha Head, ImmutableArray<CommentedRun> Runs, ImmutableArray<CommentRemark> Remarks, ImmutableArray<EarlierHead> Earlier);
