using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store promises of a pause: no worker gets a new trial, and nothing else is held up.</summary>
public abstract class PauseContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Worker Ada = new(new WorkerId("1-ada"), "box", 1, TakesAnyRun: true);
    private static readonly Pause Pause = new(StoreSamples.Noon, "ada@box", "A new disk.");

    private IExperimentStore _store = null!;
    private Run _run = null!;

    private IPauseSwitch Switch => (IPauseSwitch)_store;

    private IWorkQueue Queue => (IWorkQueue)_store;

    public async Task InitializeAsync()
    {
        _store = await OpenAsync();
        _run = await _store.AddRunAsync(trials: 2);
        await _store.UpdateRunAsync(new RunUpdate(_run.Id, [RunState.Queued], RunState.Running, StoreSamples.Noon), None);
        await Queue.RenewAsync(Ada, TimeSpan.FromMinutes(10), None);
    }

    public async Task DisposeAsync() => await _store.DisposeAsync();

    /// <summary>Opens a store that is a queue and a switch, too.</summary>
    protected abstract Task<IExperimentStore> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task A_pause_holds_until_somebody_resumes_and_the_first_one_counts()
    {
        (await Switch.FindPauseAsync(None)).ShouldBeNull();
        (await Switch.ResumeAsync(StoreSamples.Ada, None)).ShouldBeFalse();

        (await Switch.PauseAsync(Pause, None)).ShouldBeTrue();
        (await Switch.PauseAsync(Pause with { By = "bob@box" }, None)).ShouldBeFalse();
        (await Switch.FindPauseAsync(None)).ShouldBe(Pause);

        (await Switch.ResumeAsync(StoreSamples.Ada, None)).ShouldBeTrue();
        (await Switch.FindPauseAsync(None)).ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task No_trial_is_claimed_while_it_is_paused_and_what_runs_goes_on()
    {
        var running = (await ClaimAsync()).Trial!;
        await Switch.PauseAsync(Pause, None);

        (await ClaimAsync()).Refusal.ShouldBe(ClaimRefusal.Paused);
        var ended = running.Attempts[0] with { Outcome = AttemptOutcome.Succeeded, EndedAt = StoreSamples.Noon };
        (await _store.UpdateTrialAsync(new TrialUpdate(running.Id, TrialState.Starting, TrialState.Succeeded, ended), None)).ShouldBeTrue();

        await Switch.ResumeAsync(StoreSamples.Ada, None);
        (await ClaimAsync()).Trial!.Id.Number.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_with_nothing_left_to_start_hears_that_and_not_of_the_pause()
    {
        await ClaimAsync();
        await ClaimAsync();
        await Switch.PauseAsync(Pause, None);

        (await ClaimAsync()).Refusal.ShouldBe(ClaimRefusal.NothingQueued);
    }

    [Fact(Timeout = Patience)]
    public async Task Of_a_pause_and_claims_at_the_same_moment_nothing_is_claimed_after_the_pause()
    {
        await _store.AddTrialsAsync([.. Enumerable.Range(3, 200).Select(number => StoreSamples.Trial(_run.Id, number))], None);

        var claims = Enumerable.Range(0, 100).Select(_ => ClaimAsync()).ToList();
        await Switch.PauseAsync(Pause, None);
        var after = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => ClaimAsync()));
        await Task.WhenAll(claims);

        after.ShouldAllBe(claim => claim.Refusal == ClaimRefusal.Paused);
    }

    private Task<ClaimResult> ClaimAsync() => Queue.ClaimTrialAsync(new TrialClaim(_run.Id, Ada.Id, [], StoreSamples.Noon), None);
}
