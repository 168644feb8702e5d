using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Metrics;
using GradientCI.Reports.Formats.Json;

namespace GradientCI.Webhook.Api;

/// <summary>Trials and their series.</summary>
internal sealed class TrialEndpoints(ApiRecords records)
{
    public const string Path = RunEndpoints.Path + "/trials/{trial}";
    private const int MostAtOnce = 500;
    private const int AtOnce = 100;
    private const int MostPoints = 5_000;
    private const int Points = 500;

    public ImmutableArray<ApiEndpoint> All =>
    [
        ApiEndpoint.Read(RunEndpoints.Path + "/trials", ListAsync, "cursor", "limit"),
        ApiEndpoint.Read(Path, ShowAsync),
        ApiEndpoint.Read(Path + "/series", ListSeriesAsync),
        ApiEndpoint.Read(Path + "/curve", ReadCurveAsync, "metric", "points"),
    ];

    private async Task ListAsync(ApiRequest request)
    {
        var run = await records.RunAsync(request);
        var limit = request.Whole("limit", 1, MostAtOnce, AtOnce);
        var after = request.Whole("cursor", 0, int.MaxValue, 0);
        var found = await records.Store.ListTrialsAsync(run.Id, after, limit + 1, request.Aborted);
        var trials = found.Length > limit ? found[..limit] : found;
        var next = found.Length > limit ? trials[^1].Id.Number.ToString(CultureInfo.InvariantCulture) : null;
        request.Context.LinkNext(next);
        await request.Context.WriteJsonAsync(json =>
        {
            json.WriteObjects("trials", trials, Write);
            json.WriteString("next", next);
        });
    }

    private async Task ShowAsync(ApiRequest request)
    {
        var trial = await records.TrialAsync(request);
        var series = await records.Store.ListSummariesAsync(trial.Id, request.Aborted);
        await request.Context.WriteJsonAsync(json =>
        {
            Write(json, trial);
            json.WriteStartObject("metrics");
            foreach (var (metric, summary) in series)
            {
                json.WriteStartObject(metric);
                JsonTrial.WriteSummary(json, summary);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        });
    }

    private async Task ListSeriesAsync(ApiRequest request)
    {
        var trial = await records.TrialAsync(request);
        var series = await records.Store.ListSummariesAsync(trial.Id, request.Aborted);
        await request.Context.WriteJsonAsync(json =>
        {
            json.WriteStartArray("series");
            foreach (var (metric, summary) in series)
            {
                json.WriteStartObject();
                json.WriteString("metric", metric);
                JsonTrial.WriteSummary(json, summary);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
    }

    private async Task ReadCurveAsync(ApiRequest request)
    {
        var trial = await records.TrialAsync(request);
        var metric = request.Query("metric") ?? throw ApiRequest.Wrong("The query names no metric.", "Add ?metric=NAME; the names are below /series.");
        var limit = request.Whole("points", 1, MostPoints, Points);
        var summary = (await records.Store.ListSummariesAsync(trial.Id, request.Aborted)).FirstOrDefault(each => each.Metric == metric).Summary
            ?? throw ApiRequest.NotFound("series");
        var points = await ApiRecords.InTurnAsync(() => records.Store.ReadCurveAsync(trial.Id, metric, limit, request.Aborted), request.Aborted);
        await request.Context.WriteJsonAsync(json => WriteCurve(json, metric, summary, points));
    }

    private static void Write(Utf8JsonWriter json, Trial trial)
    {
        json.WriteString("id", trial.Id.ToString());
        JsonTrial.WriteFields(json, trial);
        json.WriteObjects("attempts", trial.Attempts, JsonTrial.WriteAttempt);
    }

    private static void WriteCurve(Utf8JsonWriter json, string metric, SeriesSummary summary, ImmutableArray<MetricPoint> points)
    {
        json.WriteString("metric", metric);
        json.WriteNumber("count", summary.Count);
        json.WriteStartArray("points");
        foreach (var point in points)
        {
            json.WriteStartArray();
            json.WriteRealValue(point.X);
            json.WriteRealValue(point.Y);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
