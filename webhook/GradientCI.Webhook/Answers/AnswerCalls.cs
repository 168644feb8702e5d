using GradientCI.Stores;
using GradientCI.Webhook.Forges;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Answers;

/// <summary>Makes the call for an answer, and decides what its failure means.</summary>
internal sealed partial class AnswerCalls(IAnswerStore answers, TimeProvider time, ILogger logger)
{
    // GitHub takes 1,000 statuses of a context at a commit.
    private const int MostPosts = 900;
    private const int MostDoublings = 10;

    // A service that was down for a day has tried nothing in that day.
    private const int FewestTries = 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan UntoldLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ShortestLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private readonly AnswerPoster _poster = new(answers);
    private readonly Dictionary<string, DateTimeOffset> _heldUntil = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locked = new(StringComparer.Ordinal);

    /// <summary>Whether the forge wants to hear nothing now.</summary>
    public bool IsHeld(IForge forge) => _heldUntil.TryGetValue(forge.Name, out var until) && time.GetUtcNow() < until;

    /// <summary>Posts an answer and records how that went.</summary>
    public async Task MakeAsync(IForge forge, ForgeRepository repository, Answer answer, CancellationToken cancellationToken)
    {
        if (answer.Posts >= MostPosts && AnswerLane.Parse(answer.Lane).Kind == LaneKind.Status)
        {
            await BuryAsync(repository, answer, $"It was posted {MostPosts} times, and {forge.Name} takes no more than 1,000.", cancellationToken);
            return;
        }

        try
        {
            var id = await PostAsync(forge, repository, answer, cancellationToken);
            _locked.Remove(forge.Name);
            await answers.RecordPostedAsync(answer, id, cancellationToken);
        }
        catch (ForgeException problem)
        {
            await SettleAsync(forge, repository, answer, problem, cancellationToken);
        }
    }

    private async Task<long?> PostAsync(IForge forge, ForgeRepository repository, Answer answer, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _poster.PostAsync(forge, repository, answer, either.Token);
        }
        catch (OperationCanceledException hung) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ForgeException(ForgeProblem.Unavailable, $"{forge.Name} did not answer within {Patience.TotalSeconds:0} s.", hung);
        }
    }

    private async Task SettleAsync(IForge forge, ForgeRepository repository, Answer answer, ForgeException problem, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        switch (problem.Problem)
        {
            case ForgeProblem.Limited:
                var until = problem.RetryAt ?? now + UntoldLimit;
                until = until > now + ShortestLimit ? until : now + ShortestLimit;
                _heldUntil[forge.Name] = until;
                await answers.PostponeAnswersAsync(forge.Name, null, until, cancellationToken);
                Log.Limited(logger, forge.Name, until);
                break;
            case ForgeProblem.Unavailable or ForgeProblem.Unauthorized when now - answer.WantedAt < Lifetime || answer.Attempts < FewestTries:
                if (problem.Problem == ForgeProblem.Unauthorized && _locked.Add(forge.Name))
                {
                    Log.LockedOut(logger, forge.Name, problem.Message);
                }

                await answers.RecordFailedAsync(answer, problem.Message, now + PauseAfter(answer.Attempts), cancellationToken);
                break;
            default:
                await BuryAsync(repository, answer, problem.Message, cancellationToken);
                break;
        }
    }

    private async Task BuryAsync(ForgeRepository repository, Answer answer, string problem, CancellationToken cancellationToken)
    {
        Log.Dead(logger, answer.Lane, repository.FullName, problem);
        await answers.RecordFailedAsync(answer, problem, null, cancellationToken);
    }

    private static TimeSpan PauseAfter(int attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(attempts, MostDoublings));
        return pause < LongestPause ? pause : LongestPause;
    }

    private static partial class Log
    {
        [LoggerMessage(4003, LogLevel.Warning, "{Forge} wants to hear nothing until {Until:u}.")]
        public static partial void Limited(ILogger logger, string forge, DateTimeOffset until);

        [LoggerMessage(4004, LogLevel.Error, "{Forge} does not let us in, and is asked again and again: {Problem}")]
        public static partial void LockedOut(ILogger logger, string forge, string problem);

        [LoggerMessage(4005, LogLevel.Error, "'{Lane}' of {Repository} is given up: {Problem}")]
        public static partial void Dead(ILogger logger, string lane, string repository, string problem);
    }
}
