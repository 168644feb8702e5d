using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Specs;
using GradientCI.Webhook.Schedules;

namespace GradientCI.Webhook.Tests.Schedules;

/// <summary>The schedules that were set last, by project: <c>nightly 30 8 * * *</c>.</summary>
internal sealed class SetSchedules : IRunSchedules
{
    private ImmutableSortedDictionary<string, string> _set = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What is awaited before schedules are set.</summary>
    public Func<Task> BeforeAsync { get; set; } = () => Task.CompletedTask;

    /// <summary>How often schedules were set.</summary>
    public int Times { get; private set; }

    /// <summary>All of them, but for projects without.</summary>
    public string All => string.Join("; ", _set.Values.Where(text => text.Length > 0));

    public async Task SetRunsAsync(ProjectId project, IReadOnlyDictionary<string, CronLine> schedules, CancellationToken cancellationToken)
    {
        await BeforeAsync();
        Times++;
        _set = _set.SetItem(project.Value, string.Join(", ", schedules.Select(each => $"{each.Key} {each.Value.Text}")));
    }

    public Task<ImmutableArray<ProjectId>> ListScheduledAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<ProjectId>>([.. _set.Where(each => each.Value.Length > 0).Select(each => new ProjectId(each.Key))]);
}
