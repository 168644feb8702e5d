using System.Collections.Frozen;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Answers;

/// <summary>Brings forges to say what they are to say: composes what changed, and posts what differs, one call at a time.</summary>
/// <remarks>
/// One loop does both, so that an answer is composed anew before the next call is made: whatever changed during a call is
/// told by the next, and what happened in between is never told at all. Only one pump may run on a data folder.
/// </remarks>
public sealed partial class AnswerPump(
    IAnswerStore answers, IForgeStore repositories, AnswerComposer composer, IEnumerable<IForge> forges, TimeProvider time, ILogger<AnswerPump> logger)
{
    private const int Batch = 100;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterSurprise = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseOfUnfit = TimeSpan.FromMinutes(5);
    private readonly FrozenDictionary<string, IForge> _forges = forges.ToFrozenDictionary(forge => forge.Name, StringComparer.Ordinal);
    private readonly AnswerCalls _calls = new(answers, time, logger);

    // What could not be composed is left alone until it changes, or for a while, so that one commit does not hold up all others.
    private readonly Dictionary<(ProjectId, CommitSha), (long Revision, DateTimeOffset Until)> _unfit = [];

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var isFresh = true;
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = Poll;
            try
            {
                if (isFresh)
                {
                    await ReviveAsync(cancellationToken);
                    isFresh = false;
                }

                pause = await StepAsync(cancellationToken) ? TimeSpan.Zero : Poll;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception surprise)
            {
                Log.Surprised(logger, surprise);
                pause = PauseAfterSurprise;
            }

            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Takes up what was given up: whoever starts the service anew may have mended what was wrong.</summary>
    internal async Task ReviveAsync(CancellationToken cancellationToken)
    {
        while (await answers.ListDeadAnswersAsync(Batch, cancellationToken) is { IsEmpty: false } dead)
        {
            foreach (var answer in dead)
            {
                await answers.RecordFailedAsync(answer, answer.Problem, time.GetUtcNow(), cancellationToken);
            }
        }
    }

    /// <summary>Composes what changed, and makes at most one call to a forge.</summary>
    /// <returns>Whether there was anything to do.</returns>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var composed = await ComposeAsync(cancellationToken);
        foreach (var answer in await answers.ListDueAnswersAsync(time.GetUtcNow(), Batch, cancellationToken))
        {
            var repository = await repositories.FindRepositoryAsync(answer.Project, cancellationToken);
            if (repository is null || !_forges.TryGetValue(repository.Forge, out var forge))
            {
                await answers.RecordFailedAsync(answer, $"There is no forge '{repository?.Forge}' here.", null, cancellationToken);
            }
            else if (!_calls.IsHeld(forge))
            {
                await _calls.MakeAsync(forge, repository, answer, cancellationToken);
                return true;
            }
        }

        return composed;
    }

    private async Task<bool> ComposeAsync(CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var commit in await answers.ListCommitsToAnswerAsync(Batch + _unfit.Count, cancellationToken))
        {
            if (_unfit.TryGetValue((commit.Project, commit.Sha), out var known) && known.Revision == commit.Revision && time.GetUtcNow() < known.Until)
            {
                continue;
            }

            try
            {
                await ComposeAsync(commit, cancellationToken);
                _unfit.Remove((commit.Project, commit.Sha));
            }
            catch (Exception surprise) when (surprise is not OperationCanceledException)
            {
                Log.NotComposed(logger, commit.Sha, commit.Project, surprise);
                _unfit[(commit.Project, commit.Sha)] = (commit.Revision, time.GetUtcNow() + PauseOfUnfit);
            }

            any = true;
        }

        return any;
    }

    private async Task ComposeAsync(CommitToAnswer commit, CancellationToken cancellationToken)
    {
        var repository = await repositories.FindRepositoryAsync(commit.Project, cancellationToken);
        var hasCheckRuns = repository is not null && _forges.TryGetValue(repository.Forge, out var forge) && forge.HasCheckRuns;
        var wanted = await composer.ComposeAsync(commit, hasCheckRuns, cancellationToken);
        await answers.SetAnswersAsync(commit, wanted, time.GetUtcNow(), cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Error, "Answers to forges stopped for a moment.")]
        public static partial void Surprised(ILogger logger, Exception surprise);

        [LoggerMessage(4002, LogLevel.Error, "The answers at {Sha} of {Project} could not be composed; they are left alone for some minutes.")]
        public static partial void NotComposed(ILogger logger, CommitSha sha, ProjectId project, Exception surprise);
    }
}
