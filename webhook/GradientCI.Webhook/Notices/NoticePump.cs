using System.Collections.Frozen;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Stores;
using GradientCI.Webhook.Portal;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Notices;

/// <summary>Tells people of ended runs: turns each ending into notices, and sends those until they are taken.</summary>
/// <param name="notices">Where they are kept.</param>
/// <param name="runs">What is to be said.</param>
/// <param name="channels">To whom.</param>
/// <param name="links">The reports' addresses, or null.</param>
/// <param name="time">Tells what is due.</param>
/// <param name="logger">Told of what is not taken.</param>
public sealed partial class NoticePump(
    INoticeStore notices, IExperimentStore runs, IEnumerable<INoticeChannel> channels, PortalLinks? links, TimeProvider time, ILogger<NoticePump> logger)
{
    private const int Batch = 50;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PauseAfterSurprise = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastRetry = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    private readonly FrozenDictionary<string, INoticeChannel> _channels =
        channels.DistinctBy(channel => channel.Name, StringComparer.Ordinal).ToFrozenDictionary(channel => channel.Name, StringComparer.Ordinal);

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = Poll;
            try
            {
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

    /// <summary>Looks at the endings, and sends what is due.</summary>
    /// <returns>Whether there may be more.</returns>
    internal async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var endings = await notices.ListEndingsAsync(Batch, cancellationToken);
        foreach (var ending in endings)
        {
            await notices.SetNoticesAsync(ending, await ComposeAsync(ending, cancellationToken), time.GetUtcNow(), cancellationToken);
        }

        // Whoever does not answer takes his patience once a round, and not once for each of his notices.
        var silent = new HashSet<string>(StringComparer.Ordinal);
        int known, read;
        do
        {
            known = silent.Count;
            var due = await notices.ListDueNoticesAsync(time.GetUtcNow(), silent, Batch, cancellationToken);
            read = due.Length;
            foreach (var notice in due)
            {
                if (!silent.Contains(notice.Channel) && !await SendAsync(notice, cancellationToken))
                {
                    silent.Add(notice.Channel);
                }
            }
        }
        while (silent.Count > known);

        return endings.Length == Batch || read == Batch;
    }

    // What ended before anybody was to be told, or while the service was away for long, is no news.
    private async Task<IReadOnlyList<WantedNotice>> ComposeAsync(RunEnding ending, CancellationToken cancellationToken)
    {
        if (_channels.Count == 0 || time.GetUtcNow() - ending.At > Patience || await ReportAsync(ending.Run, cancellationToken) is not { } report)
        {
            return [];
        }

        var projects = await runs.ListProjectsAsync(cancellationToken);
        var notice = RunNotice.Of(report, projects.FirstOrDefault(project => project.Id == ending.Run.Project)?.Name ?? ending.Run.Project.Value, links);
        return [.. _channels.Values.Where(channel => notice.IsBad || !channel.IsForBadNewsOnly).Select(channel => new WantedNotice(channel.Name, notice.ToJson()))];
    }

    private async Task<Report?> ReportAsync(RunId run, CancellationToken cancellationToken)
    {
        try
        {
            return await StoredReports.MakeAsync(runs, new ReportQuery(run), cancellationToken);
        }
        catch (Exception surprise) when (surprise is not (OperationCanceledException or GradientException))
        {
            // One run that cannot be told must not keep the others from being told.
            Log.NotComposed(logger, run, surprise);
            return null;
        }
    }

    /// <returns>Whether the channel took it.</returns>
    private async Task<bool> SendAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (!_channels.TryGetValue(notice.Channel, out var channel))
        {
            Log.WithoutChannel(logger, notice.Channel);
            await notices.EndNoticeAsync(notice.Id, cancellationToken);
            return true;
        }

        try
        {
            await channel.SendAsync(notice, cancellationToken);
        }
        catch (NoticeException refusal)
        {
            await TryAgainAsync(notice, refusal, cancellationToken);
            return false;
        }

        // It is told, whoever leaves meanwhile.
        await notices.EndNoticeAsync(notice.Id, CancellationToken.None);
        return true;
    }

    private async Task TryAgainAsync(Notice notice, NoticeException refusal, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - notice.WantedAt >= Patience)
        {
            Log.GivenUp(logger, notice.Channel, refusal.Message);
            await notices.EndNoticeAsync(notice.Id, cancellationToken);
            return;
        }

        var wait = TimeSpan.FromSeconds(Math.Min(LastRetry.TotalSeconds, FirstRetry.TotalSeconds * Math.Pow(2, notice.Attempts)));
        Log.NotTaken(logger, notice.Channel, wait.TotalSeconds, refusal.Message);
        await notices.PostponeNoticeAsync(notice.Id, now + wait, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Error, "Notices stopped for a moment.")]
        public static partial void Surprised(ILogger logger, Exception surprise);

        [LoggerMessage(6005, LogLevel.Error, "The end of {Run} could not be told.")]
        public static partial void NotComposed(ILogger logger, RunId run, Exception surprise);

        [LoggerMessage(6002, LogLevel.Warning, "A notice to {Channel} is tried again in {Seconds} s: {Reason}")]
        public static partial void NotTaken(ILogger logger, string channel, double seconds, string reason);

        [LoggerMessage(6003, LogLevel.Error, "A notice to {Channel} is given up: {Reason}")]
        public static partial void GivenUp(ILogger logger, string channel, string reason);

        [LoggerMessage(6004, LogLevel.Warning, "A notice to {Channel} is dropped: the settings name it no more.")]
        public static partial void WithoutChannel(ILogger logger, string channel);
    }
}
