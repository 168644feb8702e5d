using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>Attaches results to commits, so that <c>git log --notes=gradientci</c> shows them.</summary>
public sealed class ResultNotes(TimeProvider time)
{
    private const int Tries = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Sets the note of a commit; a note of the same text is left as it is.</summary>
    /// <param name="repository">The commit's repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="text">What <see cref="NoteText"/> makes; replaces an earlier note.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">The repository was moved or deleted, or cannot be written.</exception>
    public async Task WriteAsync(GitRepository repository, CommitSha commit, string text, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(repository.GitDirectory))
        {
            throw new GradientException(
                FailureKind.Environment, $"The repository {repository.Location} was moved or deleted, so the result is not noted at {commit.Short}.", "See the report in the data folder.");
        }

        var notes = new CommitNotes(repository);
        using var turn = await TakeTurnAsync(notes, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            if ((await notes.ReadAsync(commit, cancellationToken))?.TrimEnd() == text.TrimEnd())
            {
                return;
            }

            var complaint = await notes.TryWriteAsync(commit, text, cancellationToken);
            if (complaint is null)
            {
                return;
            }

            // Somebody who fetches or pushes the ref holds git's own lock for a moment; a lock that stays was left by a killed git.
            if (!complaint.Contains("lock", StringComparison.OrdinalIgnoreCase) || attempt == Tries)
            {
                throw new GradientException(
                    FailureKind.Environment, $"The result was not noted at {commit.Short} of {repository.Location}: {complaint}.", $"Check {CommitNotes.Ref} and who may write there.");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private async Task<IDisposable> TakeTurnAsync(CommitNotes notes, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                if (FileLock.TryTake(notes.LockPath) is { } turn)
                {
                    return turn;
                }

                if (attempt == Tries)
                {
                    throw new GradientException(FailureKind.Environment, $"Another process holds {notes.LockPath}.", "See which one with lsof.");
                }

                await Task.Delay(Pause, time, cancellationToken);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(FailureKind.Environment, $"The notes of the repository cannot be written: {problem.Message}", "Run the worker as the repository's owner.", problem);
        }
    }
}
