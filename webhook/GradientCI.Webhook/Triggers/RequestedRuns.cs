using GradientCI.Experiments;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>Records what somebody asks to be run at a project's commit, as far as its repository is here.</summary>
/// <param name="store">The record.</param>
/// <param name="keys">Knows requests that are sent again.</param>
/// <param name="commits">Finds the commits.</param>
/// <param name="provenance">The machine.</param>
/// <param name="executor">The executor's name.</param>
/// <param name="slots">What can be run at all.</param>
/// <param name="time">Dates runs.</param>
public sealed class RequestedRuns(
    IExperimentStore store, IRequestKeyStore keys, AskedCommits commits, Provenance provenance, string executor, SlotPool slots, TimeProvider time)
{
    /// <summary>Opens a project's repository.</summary>
    /// <exception cref="GradientException">Usage: there is no such project, or its repository is gone.</exception>
    public async Task<RequestedRepository> OpenAsync(ProjectId id, CancellationToken cancellationToken)
    {
        var project = (await store.ListProjectsAsync(cancellationToken)).FirstOrDefault(each => each.Id == id)
            ?? throw new GradientException(FailureKind.Usage, $"There is no project {id}.", "Name one of those that there are.");
        if (!Directory.Exists(project.Location))
        {
            throw new GradientException(FailureKind.Usage, $"The repository of {project.Id} is not where it was.", "Put it back.");
        }

        var repository = await GitRepository.OpenAsync(project.Location, cancellationToken);
        var planner = new RunPlanner(repository, store, provenance with { GitVersion = repository.GitVersion }, time);
        return new RequestedRepository(project, commits, repository, planner, executor, slots);
    }

    /// <summary>Records a queued run.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="key">What the caller calls the request, or null: then each one counts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The run; that of the first request under the key, when there was one, whatever that has asked for.</returns>
    /// <exception cref="GradientException">Usage: there is no such project, commit or experiment, or it cannot be run so. Environment: the commit cannot be fetched now.</exception>
    public async Task<KeyedRun> RecordAsync(RunRequest request, RequestKey? key, CancellationToken cancellationToken)
    {
        // Before anything is looked at: the branch may have moved since.
        if (key is not null && await keys.FindKeyedRunAsync(key, cancellationToken) is { } known)
        {
            return known;
        }

        await using var repository = await OpenAsync(request.Project, cancellationToken);
        try
        {
            var run = await repository.Planner.DraftAsync(await OrderAsync(request, repository, cancellationToken), cancellationToken);
            return key is null
                ? new KeyedRun(await store.CreateRunAsync(run, request.By, cancellationToken), "", IsNew: true)
                : await keys.CreateRunAsync(run, request.By, key, cancellationToken);
        }
        catch (GradientException problem)
        {
            // Who asks from afar is not to learn where things lie on this machine.
            throw new GradientException(problem.Kind, Plain(problem.Message), problem.Remedy is { } remedy ? Plain(remedy) : null, problem);
        }

        string Plain(string text) => text.Replace(repository.Project.Location, repository.Project.Name, StringComparison.Ordinal);
    }

    private static async Task<RunOrder> OrderAsync(RunRequest request, RequestedRepository repository, CancellationToken cancellationToken)
    {
        var commit = await repository.FindCommitAsync(request.Revision, cancellationToken);
        var result = ManifestParser.Parse(await repository.Repository.ReadManifestAsync(commit.Sha, cancellationToken), GitRepository.ManifestPath);
        var manifest = result.Manifest ?? throw new GradientException(
            FailureKind.Usage, $"The manifest of {commit.Sha.Short} has errors.", result.Diagnostics.First(each => each.Severity == DiagnosticSeverity.Error).ToString());
        var experiment = manifest.Experiments.FirstOrDefault(spec => spec.Name == request.Experiment) ?? throw new GradientException(
            FailureKind.Usage, $"The manifest of {commit.Sha.Short} has no experiment {request.Experiment}.",
            $"Its experiments are: {string.Join(", ", manifest.Experiments.Select(spec => spec.Name))}.");
        var order = repository.Order(commit, manifest, experiment, request.Overrides);
        return request.UsesCache ? order : order with { Spec = order.Spec with { Cache = false } };
    }
}
