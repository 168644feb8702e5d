using System.Diagnostics;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store promises; the facts stand in the parts of this class, one part per subject.</summary>
public abstract partial class ExperimentStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;

    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The store under test, empty at first.</summary>
    protected IExperimentStore Store { get; private set; } = null!;

    public async Task InitializeAsync() => Store = await OpenAsync();

    public async Task DisposeAsync() => await Store.DisposeAsync();

    /// <summary>Opens the storage of this test once more.</summary>
    protected abstract Task<IExperimentStore> OpenAsync();

    /// <summary>A process that opens the storage of this test and does a job of <see cref="StoreWriter"/>.</summary>
    protected abstract ProcessStartInfo Writer(params string[] job);

    private async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync();
    }

    private async Task<Trial> TrialAsync(TrialId id) => (await Store.ListTrialsAsync(id.Run, None)).Single(trial => trial.Id == id);
}
