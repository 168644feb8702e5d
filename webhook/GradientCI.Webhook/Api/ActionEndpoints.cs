using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GradientCI.Webhook.Api;

/// <summary>What changes something: start, cancel, retry, approve. Each does what the command of that name does.</summary>
internal sealed class ActionEndpoints(ApiParts parts)
{
    private const int MostOverrides = 100;
    private readonly ApiRecords _records = parts.Records;

    public ImmutableArray<ApiEndpoint> All =>
    [
        ApiEndpoint.Change(ApiRoutes.Version + "/runs", StartAsync),
        ApiEndpoint.Change(RunEndpoints.Path + "/cancel", CancelAsync),
        ApiEndpoint.Change(RunEndpoints.Path + "/retry", RetryAsync),
        ApiEndpoint.Read(ApiRoutes.Version + "/approvals", ListWaitingAsync),
        ApiEndpoint.Change(ApiRoutes.Version + "/approvals", ApproveAsync),
    ];

    private async Task StartAsync(ApiRequest request)
    {
        var wanted = await ApiBody.ReadAsync(request, ["project", "experiment", "commit", "params", "cache"], fields => new RunRequest(
            new ProjectId(NameOf(fields, "project")), NameOf(fields, "experiment"), Needed(fields, "commit"))
        {
            Overrides = OverridesOf(fields),
            UsesCache = fields.Flag("cache", otherwise: true),
            By = Sign(request),
        });
        var isThere = request.Caller.Sees(wanted.Project) && (await parts.Store.ListProjectsAsync(request.Aborted)).Any(project => project.Id == wanted.Project);
        var key = IdempotencyKey.Of(request, wanted, parts.Time.GetUtcNow());
        var (run, digest, isNew) = isThere ? await parts.Requests.RecordAsync(wanted, key, request.Aborted) : throw ApiRequest.NotFound("project");
        if (key is not null && digest != key.Digest)
        {
            throw new ApiProblemException(new ApiProblem(
                StatusCodes.Status422UnprocessableEntity, $"The Idempotency-Key {key.Text} stands for another request.", "Send what was sent first, or take another key."));
        }

        parts.Recorded.Ring();
        request.Context.Response.Headers.Location = $"{ApiRoutes.Version}/runs/{run.Id.Project}/{run.Id.Experiment}/{run.Id.Number}";
        await request.Context.WriteJsonAsync(json => RunFields.Write(json, run), isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task CancelAsync(ApiRequest request)
    {
        var run = await _records.RunAsync(request);
        var end = RunUpdate.Cancellation(run.Id, $"Cancelled by {request.Caller.Name}.", parts.Time.GetUtcNow()) with { By = Sign(request) };
        if (!await parts.Store.UpdateRunAsync(end, request.Aborted))
        {
            throw ApiRequest.Conflict($"{run.Id} has already ended.", "Look at how it did.");
        }

        parts.Recorded.Ring();
        await AnswerAsync(request, run.Id);
    }

    private async Task RetryAsync(ApiRequest request)
    {
        var run = await _records.RunAsync(request);
        var trial = request.Context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true } ? null : await ApiBody.ReadAsync(request, ["trial"], fields => fields.Int("trial"));
        if (!run.HasEnded)
        {
            throw ApiRequest.Conflict($"{run.Id} has not ended.", "Wait until it has, or cancel it first.");
        }

        try
        {
            await new RunRevival(parts.Store, parts.Queue, WorkerId.None, parts.Time).QueueAgainAsync(run, trial, Sign(request), request.Aborted);
        }
        catch (GradientException problem) when (problem.Kind == FailureKind.Usage)
        {
            throw ApiRequest.Conflict(problem.Message, problem.Remedy ?? "Look at the run.");
        }

        parts.Recorded.Ring();
        await AnswerAsync(request, run.Id);
    }

    private Signature Sign(ApiRequest request) => new(parts.Time.GetUtcNow(), $"token {request.Caller.Name}");

    private async Task AnswerAsync(ApiRequest request, RunId id)
    {
        var run = await parts.Store.FindRunAsync(id, request.Aborted) ?? throw ApiRequest.NotFound("run");
        await request.Context.WriteJsonAsync(json => RunFields.Write(json, run));
    }

    private async Task ListWaitingAsync(ApiRequest request)
    {
        var waiting = (await parts.Approvals.ListAsync(request.Aborted)).Where(each => request.Caller.Sees(each.Repository.Project)).ToImmutableArray();
        await request.Context.WriteJsonAsync(json => json.WriteObjects("approvals", waiting, (each, commit) =>
        {
            each.WriteString("pull_request", commit.Name);
            each.WriteString("project", commit.Repository.Project.Value);
            each.WriteString("sha", commit.PullRequest.Head.Value);
            each.WriteString("author", commit.PullRequest.Author);
            each.WriteString("head_repository", commit.PullRequest.HeadRepository);
            each.WriteString("base_ref", commit.PullRequest.BaseRef);
        }));
    }

    // The head must be said: who approves has read one commit, not whatever is the head by now.
    private async Task ApproveAsync(ApiRequest request)
    {
        var (name, sha) = await ApiBody.ReadAsync(request, ["pull_request", "sha"], fields => (Needed(fields, "pull_request"), Needed(fields, "sha")));
        var waiting = (await parts.Approvals.ListAsync(request.Aborted))
            .FirstOrDefault(each => request.Caller.Sees(each.Repository.Project) && string.Equals(each.Name, name, StringComparison.OrdinalIgnoreCase))
            ?? throw ApiRequest.NotFound("pull request that waits");
        if (!string.Equals(waiting.PullRequest.Head.Value, sha, StringComparison.Ordinal))
        {
            throw ApiRequest.Conflict($"The head of {waiting.Name} is {waiting.PullRequest.Head}.", "Look at what it changes now, and approve that by its whole sha.");
        }

        var sentences = await parts.Approvals.ApproveAsync(waiting, sha, request.Caller.Name, request.Aborted);
        parts.Recorded.Ring();
        await request.Context.WriteJsonAsync(json =>
        {
            json.WriteString("pull_request", waiting.Name);
            json.WriteString("sha", sha);
            json.WriteTexts("notes", sentences);
        });
    }

    private static string Needed(JsonFields fields, string name) =>
        fields.TextOrNull(name) is { Length: > 0 } text ? text : throw ApiRequest.Wrong($"The body lacks '{name}'.", "Add it, as a text.");

    private static string NameOf(JsonFields fields, string name) =>
        Needed(fields, name) is var text && ApiRequest.IsName(text) ? text : throw ApiRequest.Wrong($"'{name}' is not a name.", "Names have letters, digits, dots, dashes and underscores.");

    private static ImmutableArray<string> OverridesOf(JsonFields fields)
    {
        var overrides = fields.Map("params", value => value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => throw new JsonException("The values of 'params' are texts, numbers, true or false."),
        });
        return overrides.Count <= MostOverrides ? [.. overrides.Select(pair => $"{pair.Key}={pair.Value}")]
            : throw ApiRequest.Wrong($"'params' fixes more than {MostOverrides} parameters.", "Fix fewer.");
    }
}
