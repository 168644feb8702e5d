using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>A change that somebody makes in a store, and what the audit log says of it.</summary>
/// <param name="Action">What it is.</param>
/// <param name="Subject">To what it is done.</param>
/// <param name="Detail">What else the log says.</param>
public sealed record SignedChange(AuditAction Action, string Subject, string Detail)
{
    private const string Digits = "digits-3fa2c1";
    private const string First = Digits + "/digits#1";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Signature Ada = StoreSamples.Ada with { Detail = "by hand" };
    private static readonly CommitSha Head = new(new string('a', 40));
    private static readonly Project Project = StoreSamples.Project();
    private static readonly RunId Run = new(Project.Id, "digits", 1);
    private static readonly AccessToken Token = new("laptop", AccessScope.Run, StoreSamples.Noon) { Project = Project.Id };
    private static readonly Dataset Mnist = new("mnist", "sha256:1", "/data/datasets/mnist", "/srv/mnist.zip", StoreSamples.Noon);
    private static readonly SealedSecret Secret = new(null, "API_KEY", "key", [1, 2], StoreSamples.Noon, Ada.Who);

    /// <summary>What must be there before, in a new store.</summary>
    public Func<IExperimentStore, Task> PrepareAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Makes it.</summary>
    public required Func<IExperimentStore, Task> MakeAsync { get; init; }

    /// <summary>What it changes, as a text.</summary>
    public required Func<IExperimentStore, Task<string>> LookAsync { get; init; }

    /// <summary>Whether making it a second time is a change, too.</summary>
    public bool CountsAgain { get; init; }

    /// <summary>All that a store signs; a backup that is brought back is none of its changes, and reading a secret is no change.</summary>
    public static ImmutableArray<SignedChange> All { get; } =
    [
        new(AuditAction.Started, First, $"{Head} by hand")
        {
            PrepareAsync = store => store.PutProjectAsync(Project, None),
            MakeAsync = store => store.CreateRunAsync(StoreSamples.Run() with { Origin = "once" }, Ada, None),
            LookAsync = LookAtRunsAsync,
        },
        new(AuditAction.Cancelled, First, "by hand")
        {
            PrepareAsync = store => store.AddRunAsync(),
            MakeAsync = store => store.UpdateRunAsync(RunUpdate.Cancellation(Run, "Enough.", StoreSamples.Noon) with { By = Ada }, None),
            LookAsync = LookAtRunsAsync,
        },
        new(AuditAction.Retried, First, "by hand")
        {
            PrepareAsync = async store =>
            {
                await store.AddRunAsync(trials: 2);
                await EndAsync(store, Run);
                await store.UpdateTrialAsync(new TrialUpdate(new TrialId(Run, 1), TrialState.Queued, TrialState.Cancelled), None);
            },
            MakeAsync = store => store.UpdateRunAsync(
                new RunUpdate(Run, [RunState.Finished], RunState.Queued, StoreSamples.Noon)
                {
                    Trials = [new TrialUpdate(new TrialId(Run, 1), TrialState.Cancelled, TrialState.Queued)],
                    By = Ada,
                },
                None),
            LookAsync = LookAtRunsAsync,
        },
        new(AuditAction.Approved, $"{Digits}#5", $"{Head}")
        {
            PrepareAsync = store => ((IForgeStore)store).PutRepositoryAsync(Project, new ForgeRepository(Project.Id, "github", 7, "ada", "digits", "https://x/y.git", "main"), None),
            MakeAsync = store => ((IForgeStore)store).ApproveAsync(new Approval(Project.Id, 5, Head, Ada.Who, Ada.At), None),
            LookAsync = async store => $"{await ((IForgeStore)store).FindApprovalAsync(Project.Id, 5, Head, None)}",
        },
        new(AuditAction.Pinned, First, "by hand")
        {
            PrepareAsync = store => store.AddRunAsync(),
            MakeAsync = store => store.PinRunAsync(Run, isPinned: true, Ada, None),
            LookAsync = LookAtRunsAsync,
            CountsAgain = true,
        },
        new(AuditAction.Unpinned, First, "by hand")
        {
            PrepareAsync = async store => await store.PinRunAsync((await store.AddRunAsync()).Id, isPinned: true, Ada, None),
            MakeAsync = store => store.PinRunAsync(Run, isPinned: false, Ada, None),
            LookAsync = LookAtRunsAsync,
            CountsAgain = true,
        },
        new(AuditAction.Pruned, First, "by hand")
        {
            PrepareAsync = async store =>
            {
                await EndAsync(store, (await store.AddRunAsync()).Id);
                await store.AddRunAsync();
                await ((IWorkQueue)store).MarkAnnouncedAsync(Run, None);
            },
            MakeAsync = store => store.DeleteRunAsync(Run, Ada, None),
            LookAsync = LookAtRunsAsync,
        },
        new(AuditAction.Paused, "", "A new disk.")
        {
            MakeAsync = store => ((IPauseSwitch)store).PauseAsync(new Pause(Ada.At, Ada.Who, "A new disk."), None),
            LookAsync = LookAtPauseAsync,
        },
        new(AuditAction.Resumed, "", "by hand")
        {
            PrepareAsync = store => ((IPauseSwitch)store).PauseAsync(new Pause(Ada.At, Ada.Who, ""), None),
            MakeAsync = store => ((IPauseSwitch)store).ResumeAsync(Ada, None),
            LookAsync = LookAtPauseAsync,
        },
        new(AuditAction.ProjectAdded, Digits, "by hand")
        {
            MakeAsync = store => ((IProjectStore)store).AddProjectAsync(
                Project, new ForgeRepository(Project.Id, ForgeRepository.NoForge, 7, "ada", "digits", "https://x/y.git", ""), Ada, None),
            LookAsync = LookAtProjectsAsync,
            CountsAgain = true,
        },
        new(AuditAction.ProjectChanged, Digits, "by hand")
        {
            PrepareAsync = store => store.PutProjectAsync(Project, None),
            MakeAsync = store => ((IProjectStore)store).SetProjectAsync(Project.Id, new ProjectChange { Title = "Handwriting" }, Ada, None),
            LookAsync = LookAtProjectsAsync,
            CountsAgain = true,
        },
        new(AuditAction.ProjectRemoved, Digits, "by hand")
        {
            PrepareAsync = store => store.PutProjectAsync(Project, None),
            MakeAsync = store => ((IProjectStore)store).RemoveProjectAsync(Project.Id, withRuns: true, Ada, None),
            LookAsync = LookAtProjectsAsync,
            CountsAgain = true,
        },
        new(AuditAction.TokenMade, "laptop", $"run {Digits} by hand")
        {
            MakeAsync = store => ((IAccessTokenStore)store).AddTokenAsync(Token, new string('0', 64), Ada, None),
            LookAsync = LookAtTokensAsync,
        },
        new(AuditAction.TokenRevoked, "laptop", "by hand")
        {
            PrepareAsync = store => ((IAccessTokenStore)store).AddTokenAsync(Token, new string('0', 64), Ada, None),
            MakeAsync = store => ((IAccessTokenStore)store).RemoveTokenAsync("laptop", Ada, None),
            LookAsync = LookAtTokensAsync,
        },
        new(AuditAction.DatasetAdded, "mnist", "sha256:1 /srv/mnist.zip by hand")
        {
            MakeAsync = store => ((IDatasetStore)store).PutDatasetAsync(Mnist, Ada, None),
            LookAsync = LookAtDatasetsAsync,
            CountsAgain = true,
        },
        new(AuditAction.DatasetRemoved, "mnist", "by hand")
        {
            PrepareAsync = store => ((IDatasetStore)store).PutDatasetAsync(Mnist, Ada, None),
            MakeAsync = store => ((IDatasetStore)store).RemoveDatasetAsync("mnist", Ada, None),
            LookAsync = LookAtDatasetsAsync,
        },
        new(AuditAction.SecretSet, "every project", "API_KEY")
        {
            MakeAsync = store => ((ISecretStore)store).SetSecretAsync(Secret, None),
            LookAsync = LookAtSecretsAsync,
            CountsAgain = true,
        },
        new(AuditAction.SecretRemoved, "every project", "API_KEY by hand")
        {
            PrepareAsync = store => ((ISecretStore)store).SetSecretAsync(Secret, None),
            MakeAsync = store => ((ISecretStore)store).RemoveSecretAsync(null, Secret.Name, Ada, None),
            LookAsync = LookAtSecretsAsync,
        },
        new(AuditAction.SecretsRotated, "", "1 by hand")
        {
            PrepareAsync = store => ((ISecretStore)store).SetSecretAsync(Secret, None),
            MakeAsync = store => ((ISecretStore)store).ResealSecretsAsync([(Secret, Secret with { KeyId = "new", Box = [9] })], Ada, None),
            LookAsync = LookAtSecretsAsync,
        },
    ];

    /// <summary>The entry that it makes.</summary>
    public AuditEntry Entry => new(Ada.At, Ada.Who, Action, Subject, Detail);

    private static async Task EndAsync(IExperimentStore store, RunId run) =>
        (await store.UpdateRunAsync(new RunUpdate(run, [RunState.Queued], RunState.Finished, StoreSamples.Noon), None)).ShouldBeTrue();

    private static async Task<string> LookAtRunsAsync(IExperimentStore store)
    {
        var lines = new List<string>();
        foreach (var run in await store.ListRunsAsync(new RunQuery(), None))
        {
            lines.Add($"{run.Id} {run.State} {run.IsPinned} {string.Join(' ', (await store.ListTrialsAsync(run.Id, None)).Select(trial => trial.State))}");
        }

        return string.Join('\n', lines);
    }

    private static async Task<string> LookAtPauseAsync(IExperimentStore store) => $"{await ((IPauseSwitch)store).FindPauseAsync(None)}";

    private static async Task<string> LookAtProjectsAsync(IExperimentStore store) =>
        string.Join('\n', (await ((IProjectStore)store).ListProjectStandingsAsync(None)).Select(each => $"{each.Project} {each.Forge}"));

    private static async Task<string> LookAtTokensAsync(IExperimentStore store) =>
        string.Join('\n', (await ((IAccessTokenStore)store).ListTokensAsync(None)).Select(each => each.Name));

    private static async Task<string> LookAtDatasetsAsync(IExperimentStore store) =>
        string.Join('\n', (await ((IDatasetStore)store).ListDatasetsAsync(None)).Select(each => each.Name));

    private static async Task<string> LookAtSecretsAsync(IExperimentStore store) =>
        string.Join('\n', (await ((ISecretStore)store).ListSecretsAsync(None)).Select(each => $"{each.Name} {each.KeyId}"));
}
