using System.Collections.Concurrent;
using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.GitHub.Clients;
using GradientCI.Webhook.Forges.GitHub.Models;

namespace GradientCI.Webhook.Forges.GitHub;

/// <content>What GitHub told us, or should have.</content>
public sealed partial class GitHubForge : IForgeHistory
{
    // A round goes no further back than this many tries of deliveries; what is older was seen by an earlier round.
    private const int MostTriesRead = 2_000;

    private readonly ConcurrentDictionary<long, long> _hookOf = [];

    /// <inheritdoc/>
    public async Task<Redelivery> RedeliverAsync(RedeliveryRequest request, CancellationToken cancellationToken)
    {
        if (_clients.IsApp)
        {
            var hooks = _clients.Own.Webhook;
            return new Redelivery(
                await RedeliverAsync(hooks.GetAllAppDeliveriesAsync(cancellationToken), request, id => hooks.RedeliverAppDeliveryAsync(id, cancellationToken)), []);
        }

        if (request.HookUrl is null)
        {
            return new Redelivery(0, ["Failed deliveries are not asked for again, as PublicUrl is not set: nobody knows which webhook is ours."]);
        }

        var (asked, problems) = (0, ImmutableArray.CreateBuilder<string>());
        foreach (var repository in request.Repositories)
        {
            try
            {
                asked += await RedeliverAsync(repository, request with { Most = request.Most - asked }, cancellationToken);
            }
            catch (ForgeException problem) when (problem.Problem is ForgeProblem.Forbidden or ForgeProblem.NotFound or ForgeProblem.Rejected)
            {
                _hookOf.TryRemove(repository.RemoteId, out _);
                problems.Add(problem.Message);
            }
        }

        return new Redelivery(asked, problems.ToImmutable());
    }

    private async Task<int> RedeliverAsync(ForgeRepository repository, RedeliveryRequest request, CancellationToken cancellationToken)
    {
        var (hooks, name) = ((await ClientAsync(repository, cancellationToken)).Webhook, NameOf(repository));
        if (request.Most <= 0 || await FindHookAsync(hooks, repository, request.HookUrl!, cancellationToken) is not { } hook)
        {
            return 0;
        }

        return await RedeliverAsync(hooks.GetAllDeliveriesAsync(name, hook, cancellationToken), request, id => hooks.RedeliverAsync(name, hook, id, cancellationToken));
    }

    private async Task<long?> FindHookAsync(WebhooksClient hooks, ForgeRepository repository, string url, CancellationToken cancellationToken)
    {
        if (_hookOf.TryGetValue(repository.RemoteId, out var known))
        {
            return known;
        }

        await foreach (var hook in hooks.GetAllAsync(NameOf(repository), cancellationToken))
        {
            if (string.Equals(hook.Config.Url?.TrimEnd('/'), url, StringComparison.OrdinalIgnoreCase))
            {
                return _hookOf[repository.RemoteId] = hook.Id;
            }
        }

        return null;
    }

    private static async Task<int> RedeliverAsync(IAsyncEnumerable<HookDelivery> newestFirst, RedeliveryRequest request, Func<long, Task> redeliverAsync)
    {
        var tries = new List<HookDelivery>();
        await foreach (var each in newestFirst)
        {
            if (each.DeliveredAt < request.Since || tries.Count == MostTriesRead)
            {
                break;
            }

            tries.Add(each);
        }

        var asked = 0;
        foreach (var id in FailedDeliveries.Choose(tries, request.Most).ToList())
        {
            await redeliverAsync(id);
            asked++;
        }

        return asked;
    }
}
