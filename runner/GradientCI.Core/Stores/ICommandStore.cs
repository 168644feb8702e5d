using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Stores;

/// <summary>What people asked for in comments of pull requests, each command once.</summary>
/// <remarks>One transaction per method, as in <see cref="IExperimentStore"/>.</remarks>
public interface ICommandStore
{
    /// <summary>
    /// Records what became of a command; its head is to be answered anew, and its comment gets the reaction. A command that is
    /// recorded already, by its comment and its place there, changes nothing.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="reaction">What is wanted at the comment, or null.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <returns>Whether it is new.</returns>
    Task<bool> RecordCommandAsync(CommentCommand command, WantedAnswer? reaction, CancellationToken cancellationToken);

    /// <summary>The recorded commands of one comment, by their place in it.</summary>
    Task<ImmutableArray<CommentCommand>> ListCommandsAsync(ProjectId project, long comment, CancellationToken cancellationToken);

    /// <summary>The newest commands that were written while a commit was a pull request's head, oldest first; refused ones are left out.</summary>
    Task<ImmutableArray<CommentCommand>> ListCommandsAsync(ProjectId project, int pullRequest, CommitSha head, int limit, CancellationToken cancellationToken);

    /// <summary>How many commands of a project ended so since a moment.</summary>
    Task<int> CountCommandsAsync(ProjectId project, CommandOutcome outcome, DateTimeOffset since, CancellationToken cancellationToken);
}

/// <summary>A command of a comment, and what became of it.</summary>
public sealed record CommentCommand
{
    /// <summary>The project.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>The pull request's number.</summary>
    public required int PullRequest { get; init; }

    /// <summary>The forge's id of the comment.</summary>
    public required long Comment { get; init; }

    /// <summary>Which of the comment's commands, from 1.</summary>
    public required int Ordinal { get; init; }

    /// <summary>The pull request's head at that time; null when it was not looked at.</summary>
    public CommitSha? Head { get; init; }

    /// <summary>As it was written, on one line; untrusted text.</summary>
    public required string Text { get; init; }

    /// <summary>Who wrote it: a login of the forge.</summary>
    public required string By { get; init; }

    /// <summary>What became of it.</summary>
    public required CommandOutcome Outcome { get; init; }

    /// <summary>Says so in a sentence or a few; untrusted text.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>The runs that it made, took up again, or compares.</summary>
    public ImmutableArray<CommandedRun> Runs { get; init; } = [];

    /// <summary>When it was recorded, UTC.</summary>
    public required DateTimeOffset RecordedAt { get; init; }
}

/// <summary>A run of a command.</summary>
/// <param name="Run">The run.</param>
/// <param name="Against">The run to compare it with, for a comparison.</param>
public sealed record CommandedRun(RunId Run, RunId? Against = null);

/// <summary>What became of a command.</summary>
public enum CommandOutcome
{
    /// <summary>It was done.</summary>
    Done,

    /// <summary>It could not be done as it was written.</summary>
    Mistaken,

    /// <summary>Who wrote it may not.</summary>
    Refused,
}
