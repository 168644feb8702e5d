using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Forges.GitHub.Events;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Reconciliation;

/// <summary>What was found out is delivered to ourselves: durable, each once, in turn with what forges deliver, and tried again like it.</summary>
/// <remarks>Ids have a colon and events a hyphen, which the intake takes from nobody: no stranger's delivery is taken for one of these.</remarks>
/// <param name="events">Told of what was found.</param>
/// <param name="forge">Asked for a pull request when its turn comes.</param>
public sealed class FoundDeliveries(IForgeEvents events, IForge forge)
{
    private const string PushEvent = "found-push";
    private const string PullRequestEvent = "found-pull-request";

    /// <summary>Refs that were found to name something else.</summary>
    internal static Delivery Push(ForgeRepository repository, IEnumerable<RefUpdate> updates, DateTimeOffset now)
    {
        var found = new FoundPush(Told(repository), [.. updates.Select(update => new FoundRef(update.Old, update.New, update.Ref))]);
        var body = JsonSerializer.SerializeToUtf8Bytes(found, FoundJson.Default.FoundPush);
        var digest = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(found with { Repository = Told(repository) with { Owner = "", Name = "", CloneUrl = "" } }, FoundJson.Default.FoundPush));
        return new Delivery($"found:{repository.Project}:{Convert.ToHexStringLower(digest)}", PushEvent, now, body) { Repository = repository.RemoteId };
    }

    /// <summary>A pull request that was found to have another head.</summary>
    internal static Delivery PullRequest(ForgeRepository repository, int number, string head, DateTimeOffset now) => new(
        $"found:{repository.Project}:pull:{number}:{head}",
        PullRequestEvent,
        now,
        JsonSerializer.SerializeToUtf8Bytes(new FoundPullRequest(Told(repository), number), FoundJson.Default.FoundPullRequest)) { Repository = repository.RemoteId };

    /// <summary>Does what follows from a delivery of ours.</summary>
    /// <returns>What became of it; null when it is none of ours.</returns>
    /// <exception cref="GradientException">It cannot be recorded now: to be tried again.</exception>
    /// <exception cref="ForgeException">The forge does not answer now: to be tried again.</exception>
    public async Task<DeliveryOutcome?> HandleAsync(Delivery delivery, CancellationToken cancellationToken) => delivery.Event switch
    {
        PushEvent => new DeliveryOutcome(DeliveryState.Done, await PushAsync(delivery, cancellationToken)),
        PullRequestEvent => new DeliveryOutcome(DeliveryState.Done, await PullRequestAsync(delivery, cancellationToken)),
        _ => null,
    };

    private Task<string> PushAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var found = JsonSerializer.Deserialize(delivery.Body.Span, FoundJson.Default.FoundPush)!;
        var updates = found.Refs.Select(each => RefUpdate.TryMake(each.Old, each.New, each.Ref)).OfType<RefUpdate>().Select(update => update with { IsFound = true });
        return events.PushAsync(found.Repository, [.. updates], Hearing.Of(delivery), cancellationToken);
    }

    private async Task<string> PullRequestAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        var found = JsonSerializer.Deserialize(delivery.Body.Span, FoundJson.Default.FoundPullRequest)!;
        var told = found.Repository;

        // The project is nobody's business here: whoever is told finds the repository by the forge's id.
        var repository = new ForgeRepository(default, told.Forge, told.RemoteId, told.Owner, told.Name, told.CloneUrl, told.DefaultBranch) { Installation = told.Installation };
        return await forge.FindPullRequestAsync(repository, found.Number, cancellationToken) is not { } pull ? $"{repository.FullName}#{found.Number} is gone."
            : RefUpdate.IsBranch(pull.HeadRef) && RefUpdate.IsBranch(pull.BaseRef) ? await events.PullRequestAsync(told, pull, Hearing.Of(delivery), cancellationToken)
            : $"{repository.FullName}#{found.Number} names a branch as no git does.";
    }

    private static RemoteRepository Told(ForgeRepository repository) => new(
        repository.Forge, repository.RemoteId, repository.Owner, repository.Name, repository.CloneUrl, repository.DefaultBranch, repository.Installation);
}
