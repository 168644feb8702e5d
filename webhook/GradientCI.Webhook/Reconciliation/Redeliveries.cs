using GradientCI.Stores;
using GradientCI.Webhook.Forges;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Reconciliation;

/// <summary>Asks a forge for what it could not deliver while nobody listened.</summary>
/// <param name="history">Asked.</param>
/// <param name="repositories">The repositories whose webhooks may be ours.</param>
/// <param name="hookUrl">The address of our webhooks, or null when it is not known.</param>
/// <param name="time">Tells what is too old.</param>
/// <param name="logger">Told what was asked for.</param>
public sealed partial class Redeliveries(IForgeHistory history, IForgeStore repositories, string? hookUrl, TimeProvider time, ILogger<Redeliveries> logger)
{
    // GitHub sends nothing again that is older.
    private static readonly TimeSpan Memory = TimeSpan.FromDays(3);
    private const int Most = 100;

    private readonly HashSet<string> _saidProblems = new(StringComparer.Ordinal);

    /// <summary>Asks once; what cannot be asked for now is left to the next round.</summary>
    public async Task AskAsync(CancellationToken cancellationToken)
    {
        var known = (await repositories.ListRepositoriesAsync(cancellationToken)).Where(each => !each.IsRemoved && each.Forge != ForgeRepository.NoForge).ToList();
        try
        {
            var answer = await history.RedeliverAsync(new RedeliveryRequest(known, hookUrl, time.GetUtcNow() - Memory, Most), cancellationToken);
            if (answer.Asked > 0)
            {
                LogAsked(answer.Asked);
            }

            foreach (var problem in answer.Problems.Where(_saidProblems.Add))
            {
                LogProblem(problem);
            }
        }
        catch (ForgeException problem)
        {
            LogProblem(problem.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} deliveries had failed, and were asked for again.")]
    private partial void LogAsked(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Failed deliveries could not be asked for: {Problem}")]
    private partial void LogProblem(string problem);
}
