using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Specs;

namespace GradientCI.Webhook.Schedules;

/// <summary>Knows when the scheduled runs of projects are due.</summary>
public interface IRunSchedules
{
    /// <summary>Sets the scheduled runs of a project, instead of those that it had; what stays as it was keeps its next time.</summary>
    /// <param name="project">Whose.</param>
    /// <param name="schedules">Cron lines by experiment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task SetRunsAsync(ProjectId project, IReadOnlyDictionary<string, CronLine> schedules, CancellationToken cancellationToken);

    /// <summary>The projects that have scheduled runs.</summary>
    Task<ImmutableArray<ProjectId>> ListScheduledAsync(CancellationToken cancellationToken);
}
