using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class SqliteWorkQueueTests : WorkQueueContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private long _now = 1_000_000;
    private string _boot = "first";

    protected override async Task<(IExperimentStore Store, IWorkQueue Queue)> OpenAsync()
    {
        var store = await SqliteExperimentStore.OpenAsync(
            _folder.Path, TimeProvider.System, Migration.All(), SqliteExperimentStore.Patience, new LeaseClock(() => _now, () => _boot), CancellationToken.None);
        return (store, store);
    }

    protected override void Pass(TimeSpan time) => _now += (long)time.TotalMilliseconds;

    protected override void Reboot() => (_now, _boot) = (0, "second");

    public void Dispose() => _folder.Dispose();
}
