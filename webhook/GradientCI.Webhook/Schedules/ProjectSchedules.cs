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
/// <param name="data">Where the mirrors are; nothing is fetched.</param>
/// <param name="forges">The repositories.</param>
/// <param name="clock">Told of the schedules.</param>
/// <param name="logger">Told of repositories that cannot be read.</param>
public sealed partial class ProjectSchedules(DataFolder data, IForgeStore forges, ServiceClock clock, ILogger<ProjectSchedules> logger)
{
    private static readonly ImmutableDictionary<string, CronLine> None = ImmutableDictionary<string, CronLine>.Empty;

    /// <summary>Sets the schedules of every repository; those of one that is damaged stay as they are.</summary>
    public async Task SetAllAsync(CancellationToken cancellationToken)
    {
        foreach (var repository in await forges.ListRepositoriesAsync(cancellationToken))
        {
            await TrySetAsync(repository, cancellationToken);
        }
    }

    /// <summary>The same as <see cref="SetAsync"/>; what goes wrong is logged, since nothing that was recorded is to be done again for it.</summary>
    public async Task TrySetAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            await SetAsync(repository, cancellationToken);
        }
        catch (GradientException problem)
        {
            LogProblem(repository.FullName, problem.Message);
        }
    }

    /// <summary>Sets the schedules of a repository as the mirror has it; a manifest that cannot be read leaves them as they are.</summary>
    /// <exception cref="GradientException">The mirror cannot be read, or the schedules cannot be kept: to be tried again.</exception>
    public async Task SetAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        if (await ReadAsync(repository, cancellationToken) is { } schedules)
        {
            try
            {
                await clock.SetRunsAsync(repository.Project, schedules, cancellationToken);
            }
            catch (SchedulerException problem)
            {
                throw new GradientException(
                    FailureKind.Environment, $"The schedules of {repository.FullName} cannot be kept: {problem.Message}", "Check the disk's free space and the data folder's permissions.", problem);
            }
        }
    }

    private async Task<IReadOnlyDictionary<string, CronLine>?> ReadAsync(ForgeRepository repository, CancellationToken cancellationToken)
    {
        var path = data.Mirror(repository.Project);
        if (repository.IsRemoved || !Directory.Exists(path))
        {
            return None;
        }

        await using var mirror = await GitRepository.OpenAsync(path, cancellationToken);
        if (await new PushHistory(mirror).PeelAsync($"refs/heads/{repository.DefaultBranch}", cancellationToken) is not { } head)
        {
            return None;
        }

        var manifests = new CommitManifests(mirror, new TriggerAnswer());
        if (await manifests.ReadAsync(head, repository.DefaultBranch, cancellationToken) is { } manifest)
        {
            return manifest.Experiments
                .Select(spec => (spec.Name, Line: spec.On.Schedule is { } text ? CronLine.TryParse(text) : null))
                .Where(each => each.Line is not null)
                .ToDictionary(each => each.Name, each => each.Line!, StringComparer.Ordinal);
        }

        return manifests.Known[head].Problem.Length == 0 ? None : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The schedules of {Repository} stay as they are: {Problem}")]
    private partial void LogProblem(string repository, string problem);
}
