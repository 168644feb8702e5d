using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Runner.Linux;
using GradientCI.Runner.Workspaces;
using GradientCI.Stores;

namespace GradientCI.Runner.Retention;

/// <summary>Finds what may go, and deletes it.</summary>
/// <remarks>
/// The record goes first: what nobody can find any more cannot be taken up again while its files vanish. Whatever is left
/// by a process that dies in between are folders of runs that the record does not have, and the next plan lists those.
/// </remarks>
/// <param name="data">Where the files are.</param>
/// <param name="store">The record.</param>
/// <param name="shared">What belongs to no run.</param>
public sealed class Pruning(DataFolder data, IExperimentStore store, SharedFolders shared)
{
    private const string Attempts = "attempts";

    /// <summary>Says what would go, and changes nothing.</summary>
    public async Task<PrunePlan> PlanAsync(RetentionPolicy policy, CancellationToken cancellationToken)
    {
        // The folders first: one that is made after this belongs to a run that is recorded by now.
        var folders = RunFolder.Find(data)
            .Where(folder => (policy.Project is null || folder.Run.Project == policy.Project) && (policy.Experiment is null || folder.Run.Experiment == policy.Experiment))
            .ToList();
        var runs = await store.ListRunsAsync(new RunQuery { Limit = int.MaxValue }, cancellationToken);
        var known = runs.ToDictionary(run => run.Id);
        var newest = runs.GroupBy(run => (run.Id.Project, run.Id.Experiment)).ToDictionary(each => each.Key, each => each.Max(run => run.Id.Number));
        var expendable = RetentionRules.Expendable(runs, policy);
        var going = expendable.Select(run => run.Id).ToHashSet();
        var items = ImmutableArray.CreateBuilder<PruneItem>();
        var strangers = 0;
        foreach (var folder in folders)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (going.Contains(folder.Run))
            {
                items.Add(Item(folder.Kind, folder.Path, folder.Run));
            }
            else if (known.TryGetValue(folder.Run, out var run))
            {
                items.AddRange(folder.Kind == Attempts ? await EndedAttemptsAsync(run, folder.Path, cancellationToken) : []);
            }
            else if (newest.GetValueOrDefault((folder.Run.Project, folder.Run.Experiment)) > folder.Run.Number)
            {
                items.Add(Item(folder.Kind, folder.Path, null));
            }
            else
            {
                // Its number was never given by this record: somebody has begun a new one beside the files of another.
                strangers++;
            }
        }

        items.AddRange(policy.Experiment is null ? Workspaces(policy.Project).Select(path => Item("workspaces", path, null)) : []);
        var (datasets, storage) = policy is { Project: null, Experiment: null }
            ? (await shared.ListUnusedDatasetsAsync(runs, cancellationToken), await shared.ListOrphanedStorageAsync(cancellationToken))
            : ([], []);
        items.AddRange(datasets.Select(path => Item("datasets", path, null)));
        ImmutableArray<PruneItem> orphaned = [.. storage.Select(path => Item("storage", path, null))];
        items.AddRange(policy.WithStorage ? orphaned : []);
        return new PrunePlan(expendable, items.ToImmutable(), strangers) { Storage = policy.WithStorage ? [] : orphaned };
    }

    /// <summary>Deletes what a plan lists, but for what has become worth keeping meanwhile.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="by">Who says so; null when that is the service, by a rule.</param>
    /// <param name="cancellationToken">Stops between two folders.</param>
    public async Task<PruneResult> RunAsync(PrunePlan plan, Signature? by, CancellationToken cancellationToken)
    {
        // What needs no word in the record goes first: on a full disk it makes the room that the record needs.
        var problems = ImmutableArray.CreateBuilder<string>();
        var items = plan.Items.ToLookup(item => item.Run);
        var bytes = Delete(items[null], problems, cancellationToken);
        var deleted = 0;
        foreach (var run in plan.Runs)
        {
            if (await store.DeleteRunAsync(run.Id, by, cancellationToken))
            {
                deleted++;
                bytes += Delete(items[run.Id], problems, cancellationToken);
            }
        }

        return new PruneResult(deleted, bytes, problems.ToImmutable());
    }

    private static long Delete(IEnumerable<PruneItem> items, ImmutableArray<string>.Builder problems, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        foreach (var item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                bytes += Delete(item) ? item.Bytes : 0;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                problems.Add($"{item.Path}: {problem.Message}");
            }
        }

        return bytes;
    }

    private static PruneItem Item(string kind, string path, RunId? run) => new(kind, path, run, FolderSize.Of(path));

    private static bool Delete(PruneItem item)
    {
        var (parent, name) = (Path.GetDirectoryName(item.Path)!, Path.GetFileName(item.Path));
        if (item.Kind == "workspaces")
        {
            return WorkspaceSlot.TryDelete(parent, int.Parse(name, CultureInfo.InvariantCulture));
        }

        using var folder = FileCalls.OpenFolder(parent);
        return FolderRemoval.Remove(folder, name) > 0;
    }

    private IEnumerable<string> Workspaces(ProjectId? project)
    {
        var roots = project is { } one ? [data.Workspaces(one)] : Directory.Exists(data.AllWorkspaces) ? Directory.GetDirectories(data.AllWorkspaces) : [];
        return roots.SelectMany(root => IdleWorkspaces.Find(root).Select(number => Path.Combine(root, $"{number}")));
    }

    // The executor's own files serve to find an attempt again; of one whose end is recorded nobody asks. A run that is
    // taken up again makes new attempts, with new numbers.
    private async Task<IEnumerable<PruneItem>> EndedAttemptsAsync(Run run, string folder, CancellationToken cancellationToken)
    {
        if (!run.HasEnded)
        {
            return [];
        }

        var trials = await store.ListTrialsAsync(run.Id, cancellationToken);
        var ended = from trial in trials
                    from attempt in trial.Attempts
                    where attempt.Outcome is not null && Tenancies.Read(data.Tenancy(attempt.Id)) is null
                    let path = data.State(attempt.Id)
                    where Directory.Exists(path)
                    select Item(Attempts, path, null);
        return Directory.EnumerateDirectories(folder).Any() ? ended.ToList() : [];
    }
}
