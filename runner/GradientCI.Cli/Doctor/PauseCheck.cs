using GradientCI.Storage.Sqlite;

namespace GradientCI.Cli.Doctor;

/// <summary>Whether somebody keeps trials from starting.</summary>
internal sealed class PauseCheck(Lazy<Task<DatabaseHealth?>> health) : IHostCheck
{
    public string Name => "pause";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken) => await health.Value is { Pause: { } pause }
        ? HostVerdict.Warning($"{pause}", "When it has served its purpose: gradientci resume")
        : HostVerdict.Ok("Trials may start.");
}
