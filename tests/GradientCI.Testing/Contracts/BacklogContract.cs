using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store knows of how much there is to do.</summary>
public abstract class BacklogContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = StoreSamples.Noon;
    private static readonly Backlog Nothing = new()
    {
        Deliveries = 0, Answers = 0, DeadAnswers = 0, QueuedRuns = 0, RunningRuns = 0, QueuedTrials = 0, RunningTrials = 0, LivingWorkers = 0,
    };

    private IExperimentStore _store = null!;

    public async Task InitializeAsync() => _store = await OpenAsync();

    public async Task DisposeAsync() => await _store.DisposeAsync();

    /// <summary>Opens a store, empty at first, that is every other store too.</summary>
    protected abstract Task<IExperimentStore> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task A_new_store_has_nothing_to_do() => (await ReadAsync()).ShouldBe(Nothing);

    [Fact(Timeout = Patience)]
    public async Task Deliveries_count_until_they_are_over_and_the_oldest_is_known()
    {
        var deliveries = (IDeliveryStore)_store;
        foreach (var (id, minute) in ((string, int)[])[("second", 2), ("first", 1), ("third", 3), ("fourth", 4)])
        {
            await deliveries.ReceiveAsync(new Delivery(id, "push", Noon.AddMinutes(minute), "{}"u8.ToArray()), None);
        }

        await deliveries.EndDeliveryAsync("first", DeliveryState.Done, "", default, None);
        await deliveries.EndDeliveryAsync("second", DeliveryState.Received, "Tried again.", Noon.AddDays(1), None);
        await deliveries.EndDeliveryAsync("third", DeliveryState.Failed, "", default, None);

        (await ReadAsync()).ShouldBe(Nothing with { Deliveries = 2, OldestDelivery = Noon.AddMinutes(2) });
    }

    [Fact(Timeout = Patience)]
    public async Task Answers_count_until_they_are_posted_and_dead_ones_apart()
    {
        var run = await ForgeRunAsync();
        await SetAnswersAsync(Noon, new("a", "1"), new("b", "1"), new("c", "1"));
        await ((IAnswerStore)_store).RecordPostedAsync(await FindAsync(run, "a"), null, None);
        await ((IAnswerStore)_store).RecordFailedAsync(await FindAsync(run, "b"), "No.", null, None);

        (await ReadAsync()).ShouldBe(Nothing with { Answers = 1, OldestAnswer = Noon, DeadAnswers = 1, QueuedRuns = 1 });
    }

    [Fact(Timeout = Patience)]
    public async Task Answers_of_a_repository_that_lets_us_in_no_more_do_not_count()
    {
        var run = await ForgeRunAsync();
        await SetAnswersAsync(Noon, new WantedAnswer("a", "1"));
        await ((IForgeStore)_store).SetRemovedAsync(run.Id.Project, isRemoved: true, heardBy: 1, None);

        (await ReadAsync()).Answers.ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Runs_and_trials_count_by_state_until_they_are_over()
    {
        await _store.AddRunAsync(trials: 3);
        var running = await _store.AddRunAsync(trials: 2);
        await _store.UpdateRunAsync(new RunUpdate(running.Id, [RunState.Queued], RunState.Running, Noon), None);
        await _store.StartAsync(new TrialId(running.Id, 1));
        await _store.EndAsync(await _store.StartAsync(new TrialId(running.Id, 2)));
        var ended = await _store.AddRunAsync();
        await _store.UpdateRunAsync(new RunUpdate(ended.Id, [RunState.Queued], RunState.Cancelled, Noon), None);

        (await ReadAsync()).ShouldBe(Nothing with { QueuedRuns = 1, RunningRuns = 1, QueuedTrials = 3, RunningTrials = 1 });
    }

    [Fact(Timeout = Patience)]
    public async Task Workers_count_as_long_as_they_live()
    {
        var queue = (IWorkQueue)_store;
        await queue.RenewAsync(new Worker(new WorkerId("1-ada"), "box", 1, TakesAnyRun: true), TimeSpan.FromMinutes(1), None);
        await queue.RenewAsync(new Worker(new WorkerId("2-bob"), "box", 2, TakesAnyRun: true), TimeSpan.Zero, None);

        (await ReadAsync()).LivingWorkers.ShouldBe(1);
    }

    private Task<Backlog> ReadAsync() => ((IBacklog)_store).ReadBacklogAsync(None);

    private async Task<Run> ForgeRunAsync()
    {
        var project = StoreSamples.Project();
        await ((IForgeStore)_store).PutRepositoryAsync(
            project, new ForgeRepository(project.Id, "github", 7, "ada", "digits", "https://github.com/ada/digits.git", "main"), None);
        return await _store.CreateRunAsync(StoreSamples.Run(), null, None);
    }

    private async Task SetAnswersAsync(DateTimeOffset at, params WantedAnswer[] answers)
    {
        var commit = (await ((IAnswerStore)_store).ListCommitsToAnswerAsync(1, None)).ShouldHaveSingleItem();
        (await ((IAnswerStore)_store).SetAnswersAsync(commit, answers, at, None)).ShouldBeTrue();
    }

    private async Task<Answer> FindAsync(Run run, string lane) => (await ((IAnswerStore)_store).FindAnswerAsync(run.Id.Project, lane, None))!;
}
