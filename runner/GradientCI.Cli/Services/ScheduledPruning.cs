using GradientCI.Runner.Retention;
using GradientCI.Webhook.Hosting;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary><c>gradientci prune --all-projects --yes</c>, done by the service.</summary>
internal sealed partial class ScheduledPruning(Pruning pruning, UpkeepOptions options, TimeProvider time, ILogger<ScheduledPruning> logger)
{
    /// <summary>Deletes what may go.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var policy = new RetentionPolicy { Keep = options.KeepRuns!.Value, Before = time.GetUtcNow() - options.KeepRunsFor };
        var result = await pruning.RunAsync(await pruning.PlanAsync(policy, cancellationToken), by: null, cancellationToken);
        LogDeleted(result.Runs, result.Bytes);
        foreach (var problem in result.Problems)
        {
            LogProblem(problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Runs} old runs were deleted, and {Bytes} bytes of files.")]
    private partial void LogDeleted(int runs, long bytes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An old folder could not be deleted. {Problem}")]
    private partial void LogProblem(string problem);
}
