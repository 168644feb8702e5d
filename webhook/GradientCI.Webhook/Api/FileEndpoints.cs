using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Runner;
using GradientCI.Runner.Workspaces;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Net.Http.Headers;

namespace GradientCI.Webhook.Api;

/// <summary>What trials printed, and what was kept of them.</summary>
internal sealed class FileEndpoints(ApiRecords records, DataFolder data)
{
    private const int MostAtOnce = 1_000;
    private const int AtOnce = 200;

    public ImmutableArray<ApiEndpoint> All =>
    [
        ApiEndpoint.Read(TrialEndpoints.Path + "/log", ReadLogAsync, "attempt"),
        ApiEndpoint.Read(TrialEndpoints.Path + "/artifacts", ListArtifactsAsync, "cursor", "limit"),
        ApiEndpoint.Read(TrialEndpoints.Path + "/artifacts/{**path}", ReadArtifactAsync),
    ];

    private async Task ReadLogAsync(ApiRequest request)
    {
        var trial = await records.TrialAsync(request);
        var number = request.Whole("attempt", 1, int.MaxValue, 0);
        var path = number == 0 ? data.Log(trial) : trial.Attempts.FirstOrDefault(attempt => attempt.Id.Number == number) is { } attempt ? data.Log(attempt.Id) : null;
        await using var log = path is null ? null : new KeptFiles(Path.GetDirectoryName(path)!).Open(Path.GetFileName(path));
        await SendAsync(request.Context, log ?? throw ApiRequest.NotFound("log"), "text/plain; charset=utf-8");
    }

    private async Task ListArtifactsAsync(ApiRequest request)
    {
        var trial = await records.TrialAsync(request);
        var files = new KeptFiles(data.Artifacts(trial));
        var after = request.Query("cursor") ?? "";
        var limit = request.Whole("limit", 1, MostAtOnce, AtOnce);
        var paths = await ApiRecords.InTurnAsync(() => Task.Run(files.List, request.Aborted), request.Aborted);
        var found = paths.SkipWhile(path => string.CompareOrdinal(path, after) <= 0).Take(limit + 1).ToList();
        var next = found.Count > limit ? found[limit - 1] : null;
        var digests = KeptDigests.Read(data.ArtifactDigests(trial));
        request.Context.LinkNext(next);
        await request.Context.WriteJsonAsync(json =>
        {
            json.WriteStartArray("artifacts");
            foreach (var path in found.Take(limit))
            {
                using var file = files.Open(path);
                json.WriteStartObject();
                json.WriteString("path", path);
                json.WriteLong("bytes", file?.Length);
                json.WriteString("sha256", digests.GetValueOrDefault(path));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("next", next);
            json.WriteString("notice", files.Notice);
        });
    }

    private async Task ReadArtifactAsync(ApiRequest request)
    {
        var trial = await records.TrialAsync(request);
        await using var file = request.Value("path") is { } path && IsInside(path) ? new KeptFiles(data.Artifacts(trial)).Open(path) : null;
        await SendAsync(request.Context, file ?? throw ApiRequest.NotFound("artifact"), "application/octet-stream");
    }

    // It is asked for its real path when it is open; that a name is no way out is seen before.
    private static bool IsInside(string path) =>
        !path.Contains('\0', StringComparison.Ordinal) && path.Split('/').All(part => part is not ("" or "." or ".."));

    private static async Task SendAsync(HttpContext context, FileStream file, string mediaType)
    {
        // A log may grow meanwhile: what it has now is what is sent.
        var length = file.Length;
        var range = ByteRange.Of(context.Request, length);
        var headers = context.Response.Headers;
        headers.AcceptRanges = "bytes";
        if (range is { Length: 0 })
        {
            context.Response.OnStarting(() =>
            {
                headers.ContentRange = new ContentRangeHeaderValue(length).ToString();
                return Task.CompletedTask;
            });
            throw new ApiProblemException(new ApiProblem(
                StatusCodes.Status416RangeNotSatisfiable, $"The file has {length.ToString(CultureInfo.InvariantCulture)} bytes, and none from there on.", "Ask for less, or later."));
        }

        var (from, count) = range is { } part ? (part.From, part.Length) : (0, length);
        if (range is not null)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            headers.ContentRange = new ContentRangeHeaderValue(from, from + count - 1, length).ToString();
        }

        context.Harden();
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = count;
        if (mediaType == "application/octet-stream")
        {
            headers.ContentDisposition = "attachment";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            file.Position = from;
            await StreamCopyOperation.CopyToAsync(file, context.Response.Body, count, context.RequestAborted);
        }
    }
}
