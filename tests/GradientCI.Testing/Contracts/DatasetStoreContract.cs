using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store promises of data sets: the last that was put under a name is offered, until it is removed.</summary>
public abstract class DatasetStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Dataset Mnist = new("mnist", "sha256:1", "/data/datasets/mnist@1", "/home/ada/mnist.tar.gz", StoreSamples.Noon) { Bytes = 1L << 40, Files = 3 };
    private static readonly Dataset Coco = new("coco", "added-1", "/mnt/coco", "/mnt/coco", StoreSamples.Noon);

    private IExperimentStore _store = null!;

    private IDatasetStore Datasets => (IDatasetStore)_store;

    public async Task InitializeAsync() => _store = await OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    /// <summary>Opens a store that keeps data sets, too.</summary>
    protected abstract Task<IExperimentStore> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task What_was_put_is_listed_by_name_and_whole()
    {
        await Datasets.PutDatasetAsync(Mnist, StoreSamples.Ada, None);
        await Datasets.PutDatasetAsync(Coco, StoreSamples.Ada, None);

        (await Datasets.ListDatasetsAsync(None)).ShouldBe([Coco, Mnist]);
    }

    [Fact(Timeout = Patience)]
    public async Task The_last_of_a_name_counts()
    {
        await Datasets.PutDatasetAsync(Mnist, StoreSamples.Ada, None);
        await Datasets.PutDatasetAsync(Mnist with { Version = "sha256:2", Bytes = null, Files = null }, StoreSamples.Ada, None);

        (await Datasets.ListDatasetsAsync(None)).ShouldBe([Mnist with { Version = "sha256:2", Bytes = null, Files = null }]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_removed_is_gone_and_is_removed_once()
    {
        await Datasets.PutDatasetAsync(Mnist, StoreSamples.Ada, None);

        (await Datasets.RemoveDatasetAsync("mnist", StoreSamples.Ada, None)).ShouldBeTrue();
        (await Datasets.RemoveDatasetAsync("mnist", StoreSamples.Ada, None)).ShouldBeFalse();

        (await Datasets.ListDatasetsAsync(None)).ShouldBeEmpty();
    }
}
