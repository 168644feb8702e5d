using System.Buffers;
using System.Text;
using GradientCI.Experiments;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api.Events;

/// <summary>Tells one who looks on what happens in a run.</summary>
/// <param name="context">Whom to tell; cut off when he does not read.</param>
/// <param name="run">The run.</param>
/// <param name="feed">What is new of it.</param>
/// <param name="time">The clock.</param>
internal sealed class EventStream(HttpContext context, RunId run, RunFeed feed, TimeProvider time)
{
    /// <summary>How long somebody may take to read what he was sent.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The longest silence.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    private const int LargestDraft = 32 << 10;
    private static readonly TimeSpan LogBeat = TimeSpan.FromMilliseconds(250);
    private readonly ArrayBufferWriter<byte> _draft = new();
    private long _saidAt = time.GetTimestamp();

    /// <summary>The trial whose lines are told, too, and its log.</summary>
    public (TrialId Trial, LogLines Lines)? Log { get; init; }

    /// <summary>Tells it until the run has ended.</summary>
    /// <param name="cursor">How far it is known.</param>
    /// <param name="cancellationToken">Nobody is there any more, or the service leaves.</param>
    public async Task TellAsync(EventCursor cursor, CancellationToken cancellationToken)
    {
        while (true)
        {
            var news = feed.News;
            var before = cursor;
            var page = await feed.ReadAsync(cursor.Events, cancellationToken);
            foreach (var item in page.Items)
            {
                cursor = cursor with { Events = item.At };
                await SayAsync(cursor, item.Text, cancellationToken);
            }

            cursor = await TellLinesAsync(cursor with { Events = page.Until }, page.IsOver, cancellationToken);
            if (cursor != before)
            {
                await FlushAsync(cancellationToken);
            }
            else if (page.IsOver)
            {
                await SayAsync(cursor with { IsEnd = true }, EventText.OfEnd(run), cancellationToken);
                await FlushAsync(cancellationToken);
                return;
            }
            else
            {
                await RestAsync(news, cancellationToken);
            }
        }
    }

    private async Task<EventCursor> TellLinesAsync(EventCursor cursor, bool isOver, CancellationToken cancellationToken)
    {
        if (Log is { } log)
        {
            foreach (var line in await log.Lines.ReadAsync(isOver, cancellationToken))
            {
                cursor = cursor with { Log = line.Until };
                await SayAsync(cursor, EventText.OfLine(log.Trial, line), cancellationToken);
            }
        }

        return cursor;
    }

    private async Task RestAsync(Task news, CancellationToken cancellationToken)
    {
        var silence = HeartbeatInterval - time.GetElapsedTime(_saidAt);
        if (silence <= TimeSpan.Zero)
        {
            _draft.Write(EventText.Heartbeat);
            await FlushAsync(cancellationToken);
            return;
        }

        // A log grows without an event of the run's.
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var rest = Log is null || silence < LogBeat ? silence : LogBeat;
        if (await Task.WhenAny(news, Task.Delay(rest, time, enough.Token)) == news)
        {
            await enough.CancelAsync();
            await news;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task SayAsync(EventCursor cursor, byte[] text, CancellationToken cancellationToken)
    {
        _draft.Write(Encoding.ASCII.GetBytes($"id: {cursor}\n"));
        _draft.Write(text);
        if (_draft.WrittenCount >= LargestDraft)
        {
            await FlushAsync(cancellationToken);
        }
    }

    // Who does not read is cut off, and may come again with the last id that he got.
    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            await context.Response.Body.WriteAsync(_draft.WrittenMemory, enough.Token);
            await context.Response.Body.FlushAsync(enough.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            context.Abort();
            throw;
        }

        _draft.ResetWrittenCount();
        _saidAt = time.GetTimestamp();
    }
}
