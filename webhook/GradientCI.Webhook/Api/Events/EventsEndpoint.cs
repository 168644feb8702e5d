using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace GradientCI.Webhook.Api.Events;

/// <summary>What happens in a run, while it happens: server-sent events that can be resumed by their ids.</summary>
internal sealed class EventsEndpoint(ApiParts parts)
{
    /// <summary>The most who look on at once, over all runs.</summary>
    public const int Most = 500;

    /// <summary>The most who look on at once with one token.</summary>
    public const int MostOfOne = 100;

    private const string Path = RunEndpoints.Path + "/events";
    private const string LastEventId = "Last-Event-ID";
    private const string MediaType = "text/event-stream";

    private readonly Room _room = new("event streams", Most, MostOfOne);
    private readonly RunFeeds _feeds = new(parts.Events, parts.Time);

    public ApiEndpoint One => ApiEndpoint.Read(Path, TellAsync, "after", "logs");

    private async Task TellAsync(ApiRequest request)
    {
        var (context, run, cursor) = (request.Context, request.Run, CursorOf(request));
        var trial = request.Query("logs") is null ? default(TrialId?) : new TrialId(run, request.Whole("logs", 1, int.MaxValue, 0));
        var next = await parts.Events.ReadEventsAsync(run, cursor.Events, 1, request.Aborted) ?? throw ApiRequest.NotFound("run");
        if (cursor.IsEnd && next is { IsOver: true, Events.IsEmpty: true })
        {
            // That is how a browser is told to come no more.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        context.Response.ContentType = MediaType;
        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using var place = _room.Enter(request.Caller.Name);
        using var seat = _feeds.Join(run);
        await StreamAsync(context, new EventStream(context, run, seat.Feed, parts.Time)
        {
            Log = trial is { } wanted ? (wanted, new LogLines(parts.Data, parts.Store, wanted, cursor.Log)) : null,
        }, Known(cursor, next));
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream, EventCursor cursor)
    {
        await using var answer = LongAnswer.Begin(context);
        try
        {
            await context.Response.StartAsync(answer.End);
            await stream.TellAsync(cursor, answer.End);
        }
        catch (Exception problem) when (problem is OperationCanceledException or GradientException or IOException)
        {
            // The connection ends without an end event, so whoever is still there comes again with the last id that he got, and is
            // told then what is the matter, if it still is.
        }
    }

    // Nobody can know more than there is; a record that was restored may be older than what he saw.
    private static EventCursor Known(EventCursor cursor, RunEventPage next) =>
        (next.Events.IsEmpty ? cursor with { Events = next.Until } : cursor) with { IsEnd = false };

    private static EventCursor CursorOf(ApiRequest request)
    {
        // What a browser remembers is newer than the address that it was given at first.
        var text = request.Context.Request.Headers[LastEventId] is [{ Length: > 0 } last] ? last : request.Query("after");
        return text is null ? default : EventCursor.Parse(text) ?? throw ApiRequest.Wrong(
            "That is no id of an event.", $"Send the id of the last event that you got as {LastEventId} or ?after=, or none.");
    }
}
