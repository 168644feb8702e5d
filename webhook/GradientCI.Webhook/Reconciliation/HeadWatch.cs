using GradientCI.Runner;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Triggers;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Reconciliation;

/// <summary>Compares the refs of forges' repositories with what we heard of, and delivers to ourselves what we did not.</summary>
/// <remarks>
/// The refs are asked of the git server, in one answer that has branches, tags and the heads of pull requests, and costs no call of
/// the forge's API. What is found may be delivered by the forge all the same, before or after: nothing runs twice for it.
/// </remarks>
/// <param name="data">Nothing is read there; mirrors are told of by it.</param>
/// <param name="forge">Lets us into the repositories; only its own are looked at.</param>
/// <param name="repositories">The repositories.</param>
/// <param name="heads">What we heard of.</param>
/// <param name="inbox">Where what was found is delivered.</param>
/// <param name="time">Dates the looks.</param>
/// <param name="logger">Told what was found, and what could not be looked at.</param>
public sealed partial class HeadWatch(
    DataFolder data, IForge forge, IForgeStore repositories, IHeadStore heads, IDeliveryStore inbox, TimeProvider time, ILogger<HeadWatch> logger)
{
    private const int AtOnce = 4;
    private const int MostRefsOfADelivery = 500;

    // Each costs a call of the forge's API; the others are found again in the next round.
    private const int MostPullRequests = 50;

    private readonly ForgeMirrors _mirrors = new(data, repositories, forge, time);

    /// <summary>Looks at every repository; one that cannot be looked at is left to the next round.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var known = (await repositories.ListRepositoriesAsync(cancellationToken)).Where(each => !each.IsRemoved && (each.Forge == forge.Name || each.Forge == ForgeRepository.NoForge));
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(known, options, async (repository, token) => await TryLookAsync(repository, token));
    }

    /// <summary>Looks at a repository that was never looked at, so that nothing is missed from now on; a later round does it when it cannot be now.</summary>
    public async Task LookFirstAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        if (!repository.IsRemoved && (await heads.ReadHeadsAsync(repository.Project, cancellationToken)).LookedAt is null)
        {
            await TryLookAsync(repository, cancellationToken);
        }
    }

    private async Task TryLookAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(repository, cancellationToken);
        }
        catch (GradientException problem)
        {
            LogNotLookedAt(repository.FullName, problem.Message, problem.Remedy ?? "");
        }
    }

    private async Task LookAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        // In this order: what is heard meanwhile may be found once more, and is never taken back.
        var known = await heads.ReadHeadsAsync(repository.Project, cancellationToken);
        var listed = await _mirrors.ListRefsAsync(repository, cancellationToken);
        var (now, found) = (time.GetUtcNow(), HeadComparison.Of(known, listed));
        if (known.LookedAt is null)
        {
            // Whatever is there was there before us.
            await NoteAsync(found.Pushed, found.Pulled);
            LogFirstLook(repository.FullName, listed.Count);
            return;
        }

        foreach (var updates in found.Pushed.Chunk(MostRefsOfADelivery))
        {
            await inbox.ReceiveAsync(FoundDeliveries.Push(repository, updates, now), cancellationToken);
            LogFound(repository.FullName, updates.Length, updates[0].Ref);
        }

        var pulled = repository.Forge == ForgeRepository.NoForge ? [] : found.Pulled.Take(MostPullRequests).ToList();
        foreach (var (number, head) in pulled)
        {
            await inbox.ReceiveAsync(FoundDeliveries.PullRequest(repository, number, head, now), cancellationToken);
            LogFoundPullRequest(repository.FullName, number);
        }

        // After what was found is durable, or a death in between would have us forget it.
        await NoteAsync(found.Pushed, pulled);

        Task NoteAsync(IEnumerable<RefUpdate> pushed, IEnumerable<KeyValuePair<int, string>> pulls)
        {
            var noted = found.Gone.ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
            foreach (var update in pushed)
            {
                noted[update.Ref] = update.New;
            }

            foreach (var (number, head) in pulls)
            {
                noted[HeadComparison.RefOf(number)] = head;
            }

            return heads.NoteHeadsAsync(repository.Project, noted, now, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Repository} has {Count} refs; what is pushed from now on is not missed.")]
    private partial void LogFirstLook(string repository, int count);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Repository} has {Count} refs that nobody told of as they are, {First} among them.")]
    private partial void LogFound(string repository, int count, string first);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Repository}#{Number} has a head that nobody told of.")]
    private partial void LogFoundPullRequest(string repository, int number);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Repository} could not be looked at: {Reason} {Remedy}")]
    private partial void LogNotLookedAt(string repository, string reason, string remedy);
}
