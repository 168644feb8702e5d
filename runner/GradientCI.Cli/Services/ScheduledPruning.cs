using System.Collections.Immutable;
using GradientCI.Runner.Retention;
using GradientCI.Stores;
using GradientCI.Webhook.Hosting;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary><c>gradientci prune --all-projects --yes</c>, done by the service; what is set for a project counts more there.</summary>
internal sealed partial class ScheduledPruning(Pruning pruning, IProjectStore projects, UpkeepOptions options, TimeProvider time, ILogger<ScheduledPruning> logger)
{
    /// <summary>Deletes what may go; nothing where nobody has said how much stays.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var own = (await projects.ListProjectStandingsAsync(cancellationToken))
            .Where(each => each.Retention != ProjectRetention.Usual && (each.Retention.Runs ?? options.KeepRuns) is not null)
            .ToImmutableDictionary(each => each.Project.Id, each => PolicyOf(each.Retention, now));
        if (options.KeepRuns is not null)
        {
            await PruneAsync(PolicyOf(ProjectRetention.Usual, now) with { Own = own }, cancellationToken);
            return;
        }

        foreach (var (project, policy) in own.Where(each => each.Value.Keep != ProjectRetention.All))
        {
            await PruneAsync(policy with { Project = project }, cancellationToken);
        }
    }

    private RetentionPolicy PolicyOf(ProjectRetention retention, DateTimeOffset now) =>
        new() { Keep = retention.Runs ?? options.KeepRuns!.Value, Before = now - (retention.For ?? options.KeepRunsFor) };

    private async Task PruneAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
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
