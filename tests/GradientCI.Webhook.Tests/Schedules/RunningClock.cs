using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Specs;
using GradientCI.Webhook.Schedules;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Schedules;

/// <summary>A clock that runs until it is disposed of.</summary>
internal sealed class RunningClock : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly Task _run;

    public RunningClock(string file, ImmutableArray<Chore> chores, IDueRuns due, TimeProvider time)
    {
        Clock = new ServiceClock(new ScheduleFile(file, SqliteFactory.Instance), chores, due, time, NullLoggerFactory.Instance);
        _run = Clock.RunAsync(_end.Token);
    }

    public ServiceClock Clock { get; }

    public Task SetAsync(ProjectId project, params (string Experiment, string Line)[] schedules) =>
        Clock.SetRunsAsync(project, schedules.ToDictionary(each => each.Experiment, each => CronLine.TryParse(each.Line)!), default);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _run;
        _end.Dispose();
    }
}
