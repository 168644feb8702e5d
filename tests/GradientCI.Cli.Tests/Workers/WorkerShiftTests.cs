using System.Threading.Channels;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
using GradientCI.Runner;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Cli.Tests.Workers;

public sealed class WorkerShiftTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_run_that_was_just_recorded_is_taken_up_at_the_bell_and_not_at_the_next_beat()
    {
        using var folder = new TemporaryFolder();
        var terminal = new Terminal { Out = TextWriter.Null, Error = TextWriter.Null, Directory = folder.Path, Variable = _ => null, Time = new ManualTimeProvider() };
        await using var session = new Session(new DataFolder(folder.Path), await SqliteExperimentStore.OpenAsync(folder.Path, TimeProvider.System, CancellationToken.None), terminal);
        using var machine = await Machine.PrepareAsync(session, new RunnerOptions("process", 1, 0), CancellationToken.None);
        var lines = Channel.CreateUnbounded<WorkerLine>();
        var shift = new WorkerShift(session, machine, new WorkerLog(line => lines.Writer.TryWrite(line)));
        using var leave = new CancellationTokenSource();
        var working = shift.WorkAsync(untilIdle: false, onlyOne: false, leave.Token);

        // The clock stands still: only the bell can wake it. The repository of these runs is gone, so that each ends at once.
        for (var number = 0; number < 3; number++)
        {
            var run = await session.Store.AddRunAsync(trials: 1);
            shift.Recorded.Ring();
            while ((await lines.Reader.ReadAsync()).Run != run.Id)
            {
                // The worker says other things too.
            }
        }

        await leave.CancelAsync();
        (await working).ShouldBeTrue();
    }
}
