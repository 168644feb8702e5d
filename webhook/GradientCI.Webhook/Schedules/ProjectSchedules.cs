using System.Collections.Concurrent;
using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Specs;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;
using Microsoft.Extensions.Logging;
using Quartz;

namespace GradientCI.Webhook.Schedules;

/// <summary>Keeps the clock in step with what the manifests at the heads of default branches schedule.</summary>
/// <remarks>A project's head is read and its schedules are set in one turn, so that of two heads the newer one wins, whoever comes first.</remarks>
/// <param name="data">Where the mirrors are; nothing is fetched.</param>
/// <param name="store">The projects.</param>
/// <param name="forges">Those of them that are mirrors.</param>
/// <param name="clock">Told of the schedules.</param>
/// <param name="logger">Told of repositories that cannot be read.</param>
public sealed partial class ProjectSchedules(
    DataFolder data, IExperimentStore store, IForgeStore forges, IRunSchedules clock, ILogger<ProjectSchedules> logger)
{
    private static readonly ImmutableDictionary<string, CronLine> None = ImmutableDictionary<string, CronLine>.Empty;

    private readonly ScheduledSites _sites = new(data, store, forges);
    private readonly ConcurrentDictionary<ProjectId, Turn> _turns = new();

    /// <summary>Sets the schedules of every project; those of a repository that is damaged stay as they are.</summary>
    public async Task SetAllAsync(CancellationToken cancellationToken)
    {
        foreach (var project in (await _sites.ListAsync(cancellationToken)).Union(await clock.ListScheduledAsync(cancellationToken)))
        {
            await TrySetAsync(project, cancellationToken);
        }
    }

    /// <summary>Sets the schedules of a project as its repository has them; a manifest that cannot be read leaves them as they are.</summary>
    /// <remarks>What goes wrong is logged, since nothing that was recorded is to be done again for it; it is done anew by the next <see cref="SetAllAsync"/>.</remarks>
    public async Task TrySetAsync(ProjectId project, CancellationToken cancellationToken)
    {
        var turn = _turns.GetOrAdd(project, _ => new Turn());
        await turn.Taken.WaitAsync(cancellationToken);
        try
        {
            var head = await SetAsync(project, turn.Head, cancellationToken);
            (turn.Head, turn.Problem) = (head, null);
        }
        catch (Exception problem) when (problem is GradientException or SchedulerException)
        {
            if (turn.Problem != problem.Message)
            {
                LogProblem(project, problem.Message);
            }

            (turn.Head, turn.Problem) = (null, problem.Message);
        }
        finally
        {
            turn.Taken.Release();
        }
    }

    // Returns the head that the schedules are of; empty for none.
    private async Task<string> SetAsync(ProjectId project, string? last, CancellationToken cancellationToken)
    {
        var site = await _sites.FindAsync(project, cancellationToken);
        await using var repository = site is null ? null : await _sites.OpenAsync(site, cancellationToken);
        var branch = repository is null ? null : await site!.FindBranchAsync(repository, cancellationToken);
        CommitSha? head = branch is null ? null : await new PushHistory(repository!).PeelAsync(branch, cancellationToken);
        var name = head?.Value ?? "";
        if (name != last && (head is { } commit ? await ReadAsync(repository!, commit, cancellationToken) : None) is { } schedules)
        {
            await clock.SetRunsAsync(project, schedules, cancellationToken);
        }

        return name;
    }

    private static async Task<IReadOnlyDictionary<string, CronLine>?> ReadAsync(GitRepository repository, CommitSha head, CancellationToken cancellationToken)
    {
        var manifests = new CommitManifests(repository, new TriggerAnswer());
        if (await manifests.ReadAsync(head, "The default branch", cancellationToken) is { } manifest)
        {
            return manifest.Experiments
                .Select(spec => (spec.Name, Line: spec.On.Schedule is { } text ? CronLine.TryParse(text) : null))
                .Where(each => each.Line is not null)
                .ToDictionary(each => each.Name, each => each.Line!, StringComparer.Ordinal);
        }

        return manifests.Known[head].Problem.Length == 0 ? None : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schedules of {Project} stay as they are: {Problem}")]
    private partial void LogProblem(ProjectId project, string problem);

    /// <summary>One project's turn, and what was found when it was taken last.</summary>
    private sealed class Turn
    {
        public SemaphoreSlim Taken { get; } = new(1);

        public string? Head { get; set; }

        public string? Problem { get; set; }
    }
}
