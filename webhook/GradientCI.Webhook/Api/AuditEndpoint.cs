using System.Globalization;
using System.Text.Json;
using GradientCI.Json;
using GradientCI.Reports.Formats.Json;
using GradientCI.Stores;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>Who did what: for whoever keeps the service, and so for no token of one project.</summary>
internal sealed class AuditEndpoint(IAuditLog log)
{
    private const int MostAtOnce = 1_000;
    private const int AtOnce = 100;

    public ApiEndpoint One => new("GET", ApiRoutes.Version + "/audit", AccessScope.Admin, ListAsync) { Queries = ["since", "cursor", "limit"] };

    private async Task ListAsync(ApiRequest request)
    {
        if (request.Caller.Project is not null)
        {
            throw new ApiProblemException(new ApiProblem(
                StatusCodes.Status403Forbidden, $"The token {request.Caller.Name} is for one project, and this is about all of them.",
                "Make another one with: gradientci token add NAME --scope admin"));
        }

        var page = await log.ListAuditPageAsync(SinceOf(request), CursorOf(request), request.Whole("limit", 1, MostAtOnce, AtOnce), request.Aborted);
        var next = page.Next is { } place ? $"{place.At.ToUnixTimeMilliseconds()}-{place.Key}" : null;
        request.Context.LinkNext(next);
        await request.Context.WriteJsonAsync(json =>
        {
            json.WriteObjects("entries", page.Entries, Write);
            json.WriteString("next", next);
        });
    }

    // As gradientci audit --json has them.
    private static void Write(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteTime("at", entry.At);
        json.WriteString("who", entry.Who);
        json.WriteKebab("action", entry.Action);
        json.WriteString("subject", entry.Subject);
        json.WriteString("detail", entry.Detail);
    }

    private static DateTimeOffset SinceOf(ApiRequest request) => request.Query("since") is not { } text ? DateTimeOffset.UnixEpoch
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) && since >= DateTimeOffset.UnixEpoch ? since
        : throw ApiRequest.Wrong("'since' is no time.", "Write for example: since=2026-01-31T12:00:00Z");

    private static AuditPlace? CursorOf(ApiRequest request) => request.Query("cursor") is not { } text ? null
        : text.Split('-') is [var at, var key] && Number(at) is { } time && time <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() && Number(key) is { } place
            ? new AuditPlace(DateTimeOffset.FromUnixTimeMilliseconds(time), place)
        : throw ApiRequest.Wrong("'cursor' is none of ours.", "Take the 'next' of the page before, or leave it out.");

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
