using GradientCI.Storage.Sqlite;

namespace GradientCI.Cli.Doctor;

/// <summary>What forges delivered could be done.</summary>
internal sealed class DeliveriesCheck(Lazy<Task<DatabaseHealth?>> health) : IHostCheck
{
    public string Name => "deliveries";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken) =>
        await health.Value is { FailedDeliveries: > 0 and var failed }
            ? HostVerdict.Warning(
                $"{(failed == 1 ? "1 delivery" : $"{failed} deliveries")} given up; the service's log says why.",
                "Mend what it says, then ask for them again at GitHub: Recent Deliveries, Redeliver.")
            : HostVerdict.Ok("None was given up.");
}
