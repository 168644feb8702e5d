using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Workspaces;
using GradientCI.Samplers;
using GradientCI.Specs;
using GradientCI.Stores;

namespace GradientCI.Runner.Orchestration;

/// <summary>What somebody wants run.</summary>
public sealed record RunOrder
{
    /// <summary>Whose.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>At which commit.</summary>
    public required Commit Commit { get; init; }

    /// <summary>The experiment, overrides applied.</summary>
    public required ExperimentSpec Spec { get; init; }

    /// <summary>What the overrides were, as they were typed.</summary>
    public ImmutableArray<string> Overrides { get; init; } = [];

    /// <summary>The digest of the manifest at the commit.</summary>
    public required string ManifestDigest { get; init; }

    /// <summary>The executor's name.</summary>
    public required string Executor { get; init; }

    /// <summary>What asked for it: asking twice is answered with the same run. Empty for a person, who means it each time.</summary>
    public string Origin { get; init; } = "";

    /// <summary>Who asks for it; null when nobody does, but a push or a schedule.</summary>
    public Signature? By { get; init; }

    /// <summary>The terminal that will drive it alone, or none.</summary>
    public WorkerId Attendant { get; init; } = WorkerId.None;

    /// <summary>The folder that its report is written into, absolute; empty for the data folder's own place.</summary>
    public string ReportFolder { get; init; } = "";

    /// <summary>A commit to compare with instead of the nearest ancestor that has a run.</summary>
    public Commit? BaselineCommit { get; init; }

    /// <summary>The run to compare with, which will have ended before this one; null to look for one that has.</summary>
    public RunId? BaselineRun { get; init; }
}

/// <summary>Turns an order into a recorded, queued run: with its baseline, and with what changed since.</summary>
public sealed class RunPlanner(GitRepository repository, IExperimentStore store, Provenance provenance, TimeProvider time)
{
    // How far back a baseline is looked for: a branch of this length without a single run has other worries.
    private const int AncestorLimit = 100;
    private const int RunsLookedAt = 100;
    private const string ContainerExecutor = "docker";

    /// <summary>Records the run.</summary>
    public async Task<Run> PlanAsync(RunOrder order, CancellationToken cancellationToken) =>
        await store.CreateRunAsync(await DraftAsync(order, cancellationToken), order.By, cancellationToken);

    /// <summary>The run as it would be recorded; its number is not known yet.</summary>
    public async Task<Run> DraftAsync(RunOrder order, CancellationToken cancellationToken)
    {
        var tree = await repository.ListTreeAsync(order.Commit.Sha, cancellationToken);
        var (baseline, note) = await FindBaselineAsync(order, cancellationToken);
        var changes = baseline is null ? [] : await ChangesSinceAsync(baseline.Commit.Sha, order.Commit.Sha, cancellationToken);
        var (choice, known) = await ChooseAsync(order, cancellationToken);
        return new Run
        {
            Id = new RunId(order.Project, order.Spec.Name, 0),
            Spec = order.Spec,
            Overrides = order.Overrides,
            Commit = order.Commit,
            Baseline = baseline?.Id,
            BaselineNote = note,
            ManifestDigest = order.ManifestDigest,
            InputDigest = InputDigest.Of(tree, order.Spec.Inputs),
            Provenance = provenance,
            Executor = order.Spec.IsInContainer ? ContainerExecutor : order.Executor,
            Origin = order.Origin,
            Attendant = order.Attendant,
            ReportFolder = order.ReportFolder,
            SamplerNote = choice.Note,
            WarmStart = known?.InShort,
            EarlierSets = known?.Sets ?? [],
            Changes = changes,
            Notices =
            [
                .. order.Overrides.Select(text => $"Run with --set {text}."),
                .. order.Spec.Cache ? [] : (string[])["Every trial is computed: results of earlier runs are not reused (--no-cache, or cache: false)."],
                .. await repository.ListNoticesAsync(tree, cancellationToken),
                .. InputDigest.Unmatched(tree, order.Spec.Inputs).Select(glob => $"The pattern '{glob}' under inputs matches no file of the commit."),
            ],
            CreatedAt = time.GetUtcNow(),
        };
    }

    // Decided once and recorded with the run: what becomes of the earlier runs then changes no proposal.
    private async Task<(SamplerChoice Choice, (ImmutableArray<EarlierSet> Sets, WarmStart InShort)? Known)> ChooseAsync(RunOrder order, CancellationToken cancellationToken)
    {
        var known = await new EarlierRuns(store).FindAsync(order.Project, order.Spec, cancellationToken);
        var choice = SamplerCatalog.BuiltIn.Choose(order.Spec, known?.Sets.Length ?? 0);
        return (choice, choice.Sampler.Learns ? known : null);
    }

    /// <summary>The run to compare with, and a sentence about it.</summary>
    public async Task<(Run? Baseline, string Note)> FindBaselineAsync(RunOrder order, CancellationToken cancellationToken)
    {
        if (order.BaselineRun is { } planned && await store.FindRunAsync(planned, cancellationToken) is { } run)
        {
            return (run, "");
        }

        if (order.BaselineCommit is { } wanted)
        {
            var exact = await NewestAtAsync(order, wanted.Sha, run => true, cancellationToken);
            return (exact, exact is null
                ? $"No finished run of {order.Spec.Name} at {wanted.Sha.Short}. Make one with: gradientci run {order.Spec.Name} --commit {wanted.Sha.Short}"
                : "");
        }

        var ancestors = await repository.ListAncestorsAsync(order.Commit.Sha, AncestorLimit, cancellationToken);
        foreach (var (ancestor, distance) in ancestors.Where(sha => sha != order.Commit.Sha).Select((sha, at) => (sha, at + 1)))
        {
            if (await NewestAtAsync(order, ancestor, run => run.Overrides.IsEmpty, cancellationToken) is { } found)
            {
                return (found, distance == 1 ? "" : $"The nearest commit with a finished run, {distance} commits back.");
            }
        }

        return (null, order.Commit.Parents.IsEmpty && repository.IsShallow
            ? "The history of this shallow clone ends here. Fetch the rest with: git fetch --unshallow"
            : order.Commit.Parents.IsEmpty ? "The first commit has nothing to compare with."
            : $"No earlier commit has a finished run of {order.Spec.Name}. Make one with: gradientci run {order.Spec.Name} --commit {order.Commit.Parents[0].Short}");
    }

    private async Task<Run?> NewestAtAsync(RunOrder order, CommitSha sha, Func<Run, bool> isFit, CancellationToken cancellationToken)
    {
        var query = new RunQuery { Project = order.Project, Experiment = order.Spec.Name, Commit = sha, State = RunState.Finished, Limit = RunsLookedAt };
        return (await store.ListRunsAsync(query, cancellationToken)).FirstOrDefault(isFit);
    }

    private async Task<ImmutableArray<FileChange>> ChangesSinceAsync(CommitSha from, CommitSha to, CancellationToken cancellationToken)
    {
        try
        {
            return await repository.ListChangesAsync(from, to, cancellationToken);
        }
        catch (GradientException)
        {
            // The baseline's commit was pruned from the repository; its run is still worth comparing with.
            return [];
        }
    }
}
