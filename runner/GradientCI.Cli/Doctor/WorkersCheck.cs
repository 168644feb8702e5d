using GradientCI.Cli.Output;
using GradientCI.Storage.Sqlite;

namespace GradientCI.Cli.Doctor;

/// <summary>Somebody drives what is to be done.</summary>
internal sealed class WorkersCheck(Lazy<Task<DatabaseHealth?>> health) : IHostCheck
{
    public string Name => "workers";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        if (await health.Value is not { } database || !database.Damage.IsEmpty)
        {
            return HostVerdict.Ok("Nobody works.");
        }

        var alive = database.Workers.Where(each => each.IsAlive).Select(each => each.Worker).ToList();
        var dead = database.Workers.Length - alive.Count;
        var open = database.OpenRuns.Length;
        var who = alive.Count == 0 ? "No worker lives" : $"{Plain.Count(alive.Count, "worker")}: {Plain.Fit(string.Join(", ", alive.Select(worker => $"process {worker.ProcessId}")), 80)}";
        return (open, alive.Count, dead) switch
        {
            ( > 0, 0, _) => HostVerdict.Warning($"{Plain.Count(open, "run")} wait, and no worker lives.", "Take them up with: gradientci worker --until-idle"),
            (_, _, > 0) when open > 0 => HostVerdict.Ok($"{who}; {Plain.Count(dead, "lease")} of dead ones will be taken over; {Plain.Count(open, "open run")}."),
            _ => HostVerdict.Ok($"{who}; {Plain.Count(open, "open run")}."),
        };
    }
}
