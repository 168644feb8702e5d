using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GradientCI.Stores;
using GradientCI.Webhook.Commands;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.GitHub.Events;

/// <summary>Knows what GitHub's events mean.</summary>
/// <param name="events">Told of them in no forge's words.</param>
/// <param name="requests">Told of what people ask for.</param>
public sealed class GitHubEvents(IForgeEvents events, IForgeRequests requests)
{
    /// <summary>The forge's name in all that is told.</summary>
    public const string Forge = "github";

    /// <summary>Does what a delivery asks for.</summary>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    public async Task<DeliveryOutcome> HandleAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var heard = Hearing.Of(delivery);
        try
        {
            var note = delivery.Event switch
            {
                "ping" => "The webhook reaches us.",
                "push" => await PushAsync(Read(delivery, PayloadJson.Default.PushPayload), heard, cancellationToken),
                "pull_request" => await PullRequestAsync(Read(delivery, PayloadJson.Default.PullRequestEventPayload), heard, cancellationToken),
                "issue_comment" => await CommentAsync(Read(delivery, PayloadJson.Default.IssueCommentEventPayload), heard, cancellationToken),
                "check_run" => await CheckRunAsync(Read(delivery, PayloadJson.Default.CheckRunEventPayload), heard, cancellationToken),
                "check_suite" => await CheckSuiteAsync(Read(delivery, PayloadJson.Default.CheckSuiteEventPayload), heard, cancellationToken),
                "installation" => await InstallationAsync(Read(delivery, PayloadJson.Default.InstallationEventPayload), heard, cancellationToken),
                "installation_repositories" => await RepositoriesAsync(Read(delivery, PayloadJson.Default.InstallationEventPayload), heard, cancellationToken),
                "repository" => await RepositoryAsync(Read(delivery, PayloadJson.Default.RepositoryEventPayload), heard, cancellationToken),
                _ => null,
            };
            return note is null
                ? new DeliveryOutcome(DeliveryState.Ignored, "Nothing is to be done for this event or action.")
                : new DeliveryOutcome(DeliveryState.Done, note);
        }
        catch (UnreadablePayloadException problem)
        {
            return new DeliveryOutcome(DeliveryState.Failed, problem.Message);
        }
    }

    private static T Read<T>(Delivery delivery, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(delivery.Body.Span, type) ?? throw new JsonException("It is null.");
        }
        catch (JsonException problem)
        {
            throw new UnreadablePayloadException($"The payload of '{delivery.Event}' could not be read: {problem.Message}", problem);
        }
    }

    private Task<string> PushAsync(PushPayload push, Hearing heard, CancellationToken cancellationToken) =>
        events.PushAsync(PayloadWords.Repository(push.Repository, push.Installation), [PayloadWords.Update(push)], heard, cancellationToken);

    private async Task<string?> PullRequestAsync(PullRequestEventPayload payload, Hearing heard, CancellationToken cancellationToken) => payload.Action switch
    {
        "opened" or "synchronize" or "reopened" or "ready_for_review" or "converted_to_draft" or "labeled" or "edited" or "closed" => await events.PullRequestAsync(
            PayloadWords.Repository(payload.Repository, payload.Installation), PayloadWords.PullRequest(payload.PullRequest, payload.Repository), heard, cancellationToken),
        _ => null,
    };

    // A comment that is edited asks for nothing again.
    private async Task<string?> CommentAsync(IssueCommentEventPayload payload, Hearing heard, CancellationToken cancellationToken) =>
        payload is { Action: "created", Issue.PullRequest.ValueKind: JsonValueKind.Object }
            ? await requests.CommentAsync(PayloadWords.Repository(payload.Repository, payload.Installation), PayloadWords.Comment(payload), heard, cancellationToken)
            : null;

    private async Task<string?> CheckRunAsync(CheckRunEventPayload payload, Hearing heard, CancellationToken cancellationToken) =>
        payload is { Action: "rerequested", CheckRun.ExternalId: { Length: > 0 } run }
            ? await requests.RerequestAsync(
                PayloadWords.Repository(payload.Repository, payload.Installation), new RemoteRerequest(PayloadWords.Commit(payload.CheckRun), run, PayloadWords.Sender(payload.Sender)),
                heard, cancellationToken)
            : null;

    private async Task<string?> CheckSuiteAsync(CheckSuiteEventPayload payload, Hearing heard, CancellationToken cancellationToken) => payload.Action == "rerequested"
        ? await requests.RerequestAsync(
            PayloadWords.Repository(payload.Repository, payload.Installation), new RemoteRerequest(PayloadWords.Commit(payload.CheckSuite), null, PayloadWords.Sender(payload.Sender)),
            heard, cancellationToken)
        : null;

    private async Task<string?> RepositoryAsync(RepositoryEventPayload payload, Hearing heard, CancellationToken cancellationToken) => payload.Action switch
    {
        "renamed" or "transferred" or "edited" => await events.RepositoryAsync(PayloadWords.Repository(payload.Repository, payload.Installation), heard, cancellationToken),
        "deleted" => await events.RemovedAsync(Forge, payload.Repository.Id, heard, cancellationToken),
        _ => null,
    };

    private async Task<string?> InstallationAsync(InstallationEventPayload payload, Hearing heard, CancellationToken cancellationToken) => payload.Action switch
    {
        "created" => Told(await AddAsync(payload, payload.Repositories, heard, cancellationToken)),
        "deleted" or "suspend" => await events.UninstalledAsync(Forge, payload.Installation.Id, heard, cancellationToken),

        "unsuspend" => await events.ReinstalledAsync(Forge, payload.Installation.Id, heard, cancellationToken),
        _ => null,
    };

    private async Task<string?> RepositoriesAsync(InstallationEventPayload payload, Hearing heard, CancellationToken cancellationToken)
    {
        if (payload.Action is not ("added" or "removed"))
        {
            return null;
        }

        var notes = await AddAsync(payload, payload.RepositoriesAdded, heard, cancellationToken);
        foreach (var repository in payload.RepositoriesRemoved ?? [])
        {
            notes.Add(await events.RemovedAsync(Forge, repository.Id, heard, cancellationToken));
        }

        return Told(notes);
    }

    private async Task<List<string>> AddAsync(InstallationEventPayload payload, ImmutableArray<RepositoryPayload>? added, Hearing heard, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        foreach (var repository in added ?? [])
        {
            var remote = PayloadWords.Repository(repository, payload.Installation, payload.Installation.Account?.HtmlUrl);
            notes.Add(await events.RepositoryAsync(remote, heard, cancellationToken));
        }

        return notes;
    }

    // An installation may have thousands of repositories; a note is a sentence.
    private static string Told(List<string> notes) => notes switch
    {
        [] => "It names no repository.",
        [var only] => only,
        _ => $"{notes.Count} repositories: {notes[0]}",
    };
}
