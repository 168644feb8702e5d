using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>What somebody asks to be run.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Revision">The commit: a branch, a tag, or the start of a sha.</param>
public sealed record RunRequest(ProjectId Project, string Experiment, string Revision)
{
    /// <summary>Parameters to fix, as in <c>lr=0.1</c>.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>Whether results of earlier runs may be taken over.</summary>
    public bool UsesCache { get; init; } = true;

    /// <summary>Who asks for it.</summary>
    public required Signature By { get; init; }

    /// <summary>What asked for it: asking twice is answered with the same run. Empty for who means it each time.</summary>
    public string Origin { get; init; } = "";
}

/// <summary>Records what somebody asks to be run at a project's commit, as far as its repository is here. Nothing is fetched.</summary>
/// <param name="store">The record.</param>
/// <param name="forges">Knows whose repositories strangers may send commits to.</param>
/// <param name="provenance">The machine.</param>
/// <param name="executor">The executor's name.</param>
/// <param name="slots">What can be run at all.</param>
/// <param name="time">Dates runs.</param>
public sealed class RequestedRuns(IExperimentStore store, IForgeStore forges, Provenance provenance, string executor, SlotPool slots, TimeProvider time)
{
    /// <summary>Records a queued run.</summary>
    /// <exception cref="GradientException">Usage: there is no such project, commit or experiment, or it cannot be run so.</exception>
    public async Task<Run> RecordAsync(RunRequest request, CancellationToken cancellationToken)
    {
        var project = (await store.ListProjectsAsync(cancellationToken)).FirstOrDefault(each => each.Id == request.Project)
            ?? throw new GradientException(FailureKind.Usage, $"There is no project {request.Project}.", "Name one of those that there are.");
        if (!Directory.Exists(project.Location))
        {
            throw new GradientException(FailureKind.Usage, $"The repository of {project.Id} is not where it was.", "Put it back.");
        }

        await using var repository = await GitRepository.OpenAsync(project.Location, cancellationToken);
        try
        {
            return await RecordAsync(request, repository, cancellationToken);
        }
        catch (GradientException problem)
        {
            // Who asks from afar is not to learn where things lie on this machine.
            throw new GradientException(problem.Kind, Plain(problem.Message), problem.Remedy is { } remedy ? Plain(remedy) : null, problem);
        }

        string Plain(string text) => text.Replace(project.Location, project.Name, StringComparison.Ordinal);
    }

    private async Task<Run> RecordAsync(RunRequest request, GitRepository repository, CancellationToken cancellationToken)
    {
        // What else git takes for a revision is a language of its own.
        var commit = await repository.ResolveCommitAsync(
            RefUpdate.IsBranch(request.Revision) ? request.Revision : throw new GradientException(
                FailureKind.Usage, "That is not the name of a commit.", "Name a branch, a tag, or the start of a sha."),
            cancellationToken);
        if (await forges.FindRepositoryAsync(request.Project, cancellationToken) is not null)
        {
            await KeepAsync(commit, request, repository, cancellationToken);
        }

        var manifest = await ReadManifestAsync(repository, commit, cancellationToken);
        var found = manifest.Experiments.FirstOrDefault(spec => spec.Name == request.Experiment) ?? throw new GradientException(
            FailureKind.Usage, $"The manifest of {commit.Sha.Short} has no experiment {request.Experiment}.",
            $"Its experiments are: {string.Join(", ", manifest.Experiments.Select(spec => spec.Name))}.");
        var spec = SpecOverrides.Apply(found, request.Overrides);

        // A trial that can never start is wrong use, not a run.
        _ = slots.MostAtOnce(spec.Resources);
        return await new RunPlanner(repository, store, provenance with { GitVersion = repository.GitVersion }, time).PlanAsync(
            new RunOrder
            {
                Project = request.Project,
                Commit = commit,
                Spec = request.UsesCache ? spec : spec with { Cache = false },
                Overrides = request.Overrides,
                ManifestDigest = manifest.Digest,
                Executor = executor,
                Origin = request.Origin,
                By = request.By,
            },
            cancellationToken);
    }

    // The mirror has commits of forks too. Those run when somebody approves them, and with what the base branch says of trust.
    private async Task KeepAsync(Commit commit, RunRequest request, GitRepository mirror, CancellationToken cancellationToken)
    {
        if (!await new PublishedCommits(mirror).ContainAsync(commit.Sha, cancellationToken))
        {
            throw new GradientException(
                FailureKind.Usage, $"{commit.Sha.Short} is in no branch and no tag of {request.Project}.", "A commit of a fork runs when it is approved: gradientci approve");
        }

        await new GitMirror(mirror.Location, time).KeepAsync(commit.Sha, cancellationToken);
    }

    private static async Task<Manifest> ReadManifestAsync(GitRepository repository, Commit commit, CancellationToken cancellationToken)
    {
        var result = ManifestParser.Parse(await repository.ReadManifestAsync(commit.Sha, cancellationToken), GitRepository.ManifestPath);
        return result.Manifest ?? throw new GradientException(
            FailureKind.Usage, $"The manifest of {commit.Sha.Short} has errors.", result.Diagnostics.First(each => each.Severity == DiagnosticSeverity.Error).ToString());
    }
}
