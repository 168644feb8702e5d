using System.Collections.Concurrent;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Orchestration;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Cli.Tests.Runs;

/// <summary>What looking on asks of the record, by a clock that the test moves.</summary>
public sealed class LookingOnTests : IAsyncLifetime, IDisposable
{
    private const int Patience = 120_000;
    private const int Beats = 40;
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ConcurrentQueue<string> _calls = new();
    private SqliteExperimentStore _store = null!;

    public async Task InitializeAsync() => _store = await SqliteExperimentStore.OpenAsync(_folder["data"], TimeProvider.System, None);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Patience)]
    public async Task A_log_that_is_followed_asks_for_its_own_trial_alone_once_a_beat()
    {
        var run = await _store.AddRunAsync(trials: 300);
        var attempt = await _store.StartAsync(new TrialId(run.Id, 77));
        _folder.Write("log", "one\n");
        using var output = new MemoryStream();
        var end = new TrialEnd(CountedCalls.Of<IExperimentStore>(_store, _calls), attempt.Trial);
        var printed = LogPrinter.PrintAsync(_folder["log"], null, end.HasComeAsync, Terminal(output), None);

        await MoveAsync(Beats);
        await _store.EndAsync(attempt);
        await MoveAsync(1, until: printed);

        _calls.ToList().ShouldBe(Enumerable.Repeat($"ListTrialsAsync {run.Id} 76 1", Beats + 2));
        output.ToArray().ShouldBe([.. "one\n"u8]);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_of_many_trials_is_watched_at_the_cost_of_one_with_few()
    {
        var few = await WatchAsync(await _store.AddRunAsync(trials: 2));
        var many = await WatchAsync(await _store.AddRunAsync(trials: 300));

        many.ShouldBe(few);

        // Each beat the run and what changed; once a second the one trial that runs, who lives, and whether there is a pause.
        few.ShouldBe(["FindPauseAsync 11", "FindRunAsync 41", "ListChangesAsync 42", "ListSummariesAsync 11", "ListWorkersAsync 11"]);
    }

    // Of the calls only how often each was made: ids and places differ.
    private async Task<List<string>> WatchAsync(Run run)
    {
        await _store.StartAsync(new TrialId(run.Id, 2));
        _calls.Clear();
        using var enough = new CancellationTokenSource();
        var watcher = new RunWatcher(run.Id, new WatchedRecord(
            new DataFolder(_folder["data"]), CountedCalls.Of<IExperimentStore>(_store, _calls), CountedCalls.Of<IWorkQueue>(_store, _calls), CountedCalls.Of<IPauseSwitch>(_store, _calls), _time));
        await watcher.CatchUpAsync(None);
        var watched = watcher.FollowAsync(new SilentObserver(), enough.Token);
        await MoveAsync(Beats);
        await enough.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(watched);
        return [.. _calls.GroupBy(call => call.Split(' ')[0], StringComparer.Ordinal).Select(each => $"{each.Key} {each.Count()}").Order(StringComparer.Ordinal)];
    }

    private async Task MoveAsync(int beats, Task? until = null)
    {
        for (var beat = 0; beat < beats; beat++)
        {
            await RestAsync();
            _time.Advance(Beat);
        }

        if (until is null)
        {
            await RestAsync();
        }
        else
        {
            await until;
        }
    }

    private async Task RestAsync()
    {
        while (_time.NextDue is null)
        {
            await Task.Yield();
        }
    }

    private Terminal Terminal(Stream output) => new()
    {
        Out = TextWriter.Null,
        Error = TextWriter.Null,
        OpenOut = () => output,
        Directory = _folder.Path,
        Variable = _ => null,
        Time = _time,
    };
}
