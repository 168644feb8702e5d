using GradientCI.Webhook.Forges.GitHub.Http;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub.Clients;

/// <summary>Webhooks, an app's and repositories', and what they delivered.</summary>
internal sealed class WebhooksClient(ApiConnection connection)
{
    private const string OfTheApp = "/app/hook/deliveries";

    /// <summary>The webhooks of a repository.</summary>
    public IAsyncEnumerable<RepositoryHook> GetAllAsync(RepositoryName repository, CancellationToken cancellationToken) => connection.ListAsync(
        GitHubRequest.Get($"{repository.Path}/hooks?per_page=100", $"list the webhooks of {repository}"), GitHubJson.Default.RepositoryHookArray, cancellationToken);

    /// <summary>What the app's webhook delivered, or tried to, newest first.</summary>
    public IAsyncEnumerable<HookDelivery> GetAllAppDeliveriesAsync(CancellationToken cancellationToken) => connection.ListAsync(
        GitHubRequest.Get($"{OfTheApp}?per_page=100", "list the deliveries of the app's webhook"), GitHubJson.Default.HookDeliveryArray, cancellationToken);

    /// <summary>What a repository's webhook delivered, or tried to, newest first.</summary>
    public IAsyncEnumerable<HookDelivery> GetAllDeliveriesAsync(RepositoryName repository, long hook, CancellationToken cancellationToken) => connection.ListAsync(
        GitHubRequest.Get($"{Deliveries(repository, hook)}?per_page=100", $"list the deliveries of a webhook of {repository}"), GitHubJson.Default.HookDeliveryArray, cancellationToken);

    public Task RedeliverAppDeliveryAsync(long delivery, CancellationToken cancellationToken) =>
        connection.SendAsync(Again(OfTheApp, delivery, "of the app's webhook"), cancellationToken);

    public Task RedeliverAsync(RepositoryName repository, long hook, long delivery, CancellationToken cancellationToken) =>
        connection.SendAsync(Again(Deliveries(repository, hook), delivery, $"of a webhook of {repository}"), cancellationToken);

    private static string Deliveries(RepositoryName repository, long hook) => $"{repository.Path}/hooks/{hook}/deliveries";

    private static GitHubRequest Again(string deliveries, long delivery, string whose) =>
        new(HttpMethod.Post, $"{deliveries}/{delivery}/attempts", $"send a delivery {whose} again") { Pace = WritePace.Write };
}
