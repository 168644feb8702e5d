using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace GradientCI.Webhook.Api.Events;

/// <summary>What happens in a run, while it happens: server-sent events that can be resumed by their ids.</summary>
/// <param name="store">The record.</param>
/// <param name="events">The events of its runs.</param>
/// <param name="data">Where the logs are.</param>
/// <param name="time">The clock.</param>
public sealed class EventsEndpoint(IExperimentStore store, IRunEventStore events, DataFolder data, TimeProvider time)
{
    /// <summary>Where the events of a run are.</summary>
    public const string Path = "/api/v1/runs/{project}/{experiment}/{number}/events";

    private const string LastEventId = "Last-Event-ID";
    private const string MediaType = "text/event-stream";
    private const int LongestName = 200;

    private readonly RunFeeds _feeds = new(events, time);

    /// <summary>Adds the endpoint to a service.</summary>
    public void Map(IEndpointRouteBuilder routes, ApiAccess access) => access.RequireScope(routes.MapGet(Path, TellAsync), AccessScope.Read);

    private async Task TellAsync(HttpContext context)
    {
        var (run, cursor) = (RunOf(context), CursorOf(context.Request));
        if (!ApiCaller.Of(context).Sees(run.Project)
            || await events.ReadEventsAsync(run, cursor.Events, 1, context.RequestAborted) is not { } next)
        {
            throw new ApiProblemException(ApiProblem.NotFound("run"));
        }

        if (cursor.IsEnd && next is { IsOver: true, Events.IsEmpty: true })
        {
            // That is how a browser is told to come no more.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var log = TrialOf(context.Request, run) is { } trial ? (trial, new LogLines(data, store, trial, cursor.Log)) : default((TrialId, LogLines)?);
        using var seat = _feeds.Join(run) ?? throw new ApiProblemException(new ApiProblem(
            StatusCodes.Status503ServiceUnavailable, $"{RunFeeds.MostWatchers} look on already.", "Try again later."));
        await StreamAsync(context, new EventStream(context, run, seat.Feed, time) { Log = log }, Known(cursor, next));
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream, EventCursor cursor)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        var headers = context.Response.Headers;
        context.Response.ContentType = MediaType;
        headers[HeaderNames.CacheControl] = "no-store";
        headers["X-Accel-Buffering"] = "no";
        try
        {
            await context.Response.StartAsync(leave.Token);
            await stream.TellAsync(cursor, leave.Token);
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

    private static EventCursor CursorOf(HttpRequest request)
    {
        // What a browser remembers is newer than the address that it was given at first.
        var text = request.Headers[LastEventId] is [{ Length: > 0 } last] ? last : (string?)request.Query["after"];
        return string.IsNullOrEmpty(text) ? default : EventCursor.Parse(text) ?? throw new ApiProblemException(ApiProblem.BadRequest(
            "That is no id of an event.", $"Send the id of the last event that you got as {LastEventId} or ?after=, or none."));
    }

    private static TrialId? TrialOf(HttpRequest request, RunId run) => request.Query["logs"] switch
    {
        { Count: 0 } => null,
        [{ } text] when Number(text) is { } trial => new TrialId(run, trial),
        StringValues => throw new ApiProblemException(ApiProblem.BadRequest("logs names no trial.", "Write the number of one trial: ?logs=3")),
    };

    private static RunId RunOf(HttpContext context) =>
        context.Request.RouteValues["project"] is string { Length: > 0 and <= LongestName } project
        && context.Request.RouteValues["experiment"] is string { Length: > 0 and <= LongestName } experiment
        && Number(context.Request.RouteValues["number"] as string) is { } number
            ? new RunId(new ProjectId(project), experiment, number)
            : throw new ApiProblemException(ApiProblem.NotFound("run"));

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
}
