using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Metrics;
using GradientCI.Runner.Ingestion;
using GradientCI.Runner.Masking;
using GradientCI.Stores;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>Points that training code sends instead of printing them, with its attempt's own token: to its own trial, while it runs.</summary>
internal sealed class PointEndpoints(ApiParts parts)
{
    private const string Scheme = "Bearer ";
    private const int MostPoints = 1_000;

    public ImmutableArray<ApiEndpoint> All => [new ApiEndpoint("POST", TrialEndpoints.Path + "/points", null, AddAsync)];

    private async Task AddAsync(ApiRequest request)
    {
        var attempt = AttemptOf(request);
        var points = WithoutSecrets(attempt, await ApiBody.ReadAsync(request, ["points"], fields => fields.Objects("points", Read)));
        if (points.IsEmpty || points.Length > MostPoints)
        {
            throw ApiRequest.Wrong($"There are {points.Length} points.", $"Send 1 to {MostPoints} at once.");
        }

        var trial = (await parts.Store.ListTrialsAsync(attempt.Trial.Run, attempt.Trial.Number - 1, 1, request.Aborted)).FirstOrDefault(each => each.Id == attempt.Trial)
            ?? throw ApiRequest.NotFound("trial");
        if (trial.State != TrialState.Running || trial.Attempts[^1].Id != attempt || !await AppendAsync(trial, points, request.Aborted))
        {
            throw ApiRequest.Conflict($"{attempt} does not run.", "Points are taken while it runs, and from no earlier attempt.");
        }

        await request.Context.WriteJsonAsync(json => json.WriteNumber("added", points.Length));
    }

    private ImmutableArray<(string Metric, double X, double Y)> WithoutSecrets(AttemptId attempt, ImmutableArray<(string Metric, double X, double Y)> points)
    {
        var masker = parts.Secrets?.MaskerOf(attempt, parts.Data) ?? SecretMasker.None;
        var token = parts.AttemptTokens.Of(attempt);
        if (masker.IsIdle && points.Any(point => point.Metric.Length >= token.Length))
        {
            // What is shorter than the token holds none of its forms.
            masker = new SecretMasker([token]);
        }

        return masker.IsIdle ? points
            : [.. points.Select(point => (masker.Mask(point.Metric), masker.Hides(point.X) ? double.NaN : point.X, masker.Hides(point.Y) ? double.NaN : point.Y))];
    }

    private async Task<bool> AppendAsync(Trial trial, ImmutableArray<(string Metric, double X, double Y)> points, CancellationToken cancellationToken)
    {
        var known = (await parts.Store.ListSummariesAsync(trial.Id, cancellationToken)).Select(series => series.Metric).ToHashSet(StringComparer.Ordinal);
        known.UnionWith(points.Select(point => point.Metric));
        if (known.Count > MetricLimits.SeriesPerTrial)
        {
            throw ApiRequest.Conflict($"{trial.Id} would have more than {MetricLimits.SeriesPerTrial} series.", "Use fewer names.");
        }

        var now = parts.Time.GetUtcNow();
        var chunks = points.GroupBy(point => point.Metric, StringComparer.Ordinal)
            .Select(series => new SeriesChunk(series.Key, [.. series.Select(point => new MetricPoint(point.X, point.Y, now))])).ToList();
        var attempt = trial.Attempts[^1];
        return await parts.Store.AppendPointsAsync(attempt.Id, attempt.Worker, chunks, logOffset: 0, droppedPoints: 0, cancellationToken);
    }

    private static (string Metric, double X, double Y) Read(JsonFields fields)
    {
        var metric = fields.Text("metric", "");
        return MetricName.TryDecode(Encoding.UTF8.GetBytes(metric), out _) && fields.Real("x") is { } x && fields.Real("y") is { } y
            ? (metric, x, y)
            : throw new JsonException("A point has a 'metric' (a name of at most 200 characters, not below system/), an 'x' and a 'y'.");
    }

    // Before the record is asked: who has no token learns nothing of it.
    private AttemptId AttemptOf(ApiRequest request)
    {
        request.Context.Features.Set(new ApiCaller("the attempt", AccessScope.Read, null));
        var trial = request.Trial;
        return request.Context.Request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && parts.AttemptTokens.Find(trial, header[Scheme.Length..].Trim()) is { } attempt
                ? attempt
                : throw new ApiProblemException(new ApiProblem(StatusCodes.Status401Unauthorized, "This asks for the trial's own token.", "Send $GRADIENT_TOKEN, which the attempt finds in its environment."));
    }
}
