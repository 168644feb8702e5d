using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Specs;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Testing.Contracts;

/// <summary>What every executor promises, in terms of small shell commands.</summary>
public abstract class TrialExecutorContract : IDisposable
{
    /// <summary>Ends at once.</summary>
    protected const string ExitsWith3 = "exit 3";

    /// <summary>Is ended by a signal that nobody sent from outside.</summary>
    protected const string KillsItself = "kill -9 $$";

    /// <summary>Prints to both streams.</summary>
    protected const string PrintsToBoth = "echo out; echo err >&2";

    /// <summary>Prints <c>ready</c>, runs until it is asked to end, and obeys in its own way.</summary>
    protected const string ObeysWith7 = "trap 'echo asked; exit 7' TERM; echo ready; while :; do sleep 0.02; done";

    /// <summary>Prints <c>ready</c> and runs until it is killed.</summary>
    protected const string IgnoresEverything = "trap '' TERM; echo ready; while :; do sleep 0.02; done";

    /// <summary>Prints <c>ready</c> and ends well a moment later.</summary>
    protected const string EndsSoon = "echo ready; sleep 0.2; echo done";

    protected static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    protected const int Limit = 30_000;

    private ITrialExecutor? _executor;

    protected TemporaryFolder Folder { get; } = new();

    protected ITrialExecutor Executor => _executor ??= Create();

    protected abstract ITrialExecutor Create();

    /// <summary>Lets the executor's time pass; real time passes by itself.</summary>
    protected virtual void Elapse(TimeSpan time)
    {
    }

    protected AttemptRequest Request(string shell) => Request(new CommandSpec([shell], IsShell: true));

    protected virtual AttemptRequest Request(CommandSpec command) => new()
    {
        Id = new AttemptId(new TrialId(new RunId(new ProjectId("contract-000000"), "contract", 1), 1), 1),
        Command = command,
        WorkingDirectory = Folder.Path,
        Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        LogPath = Folder["log"],
        StateDirectory = Folder["state"],
    };

    protected async Task<IRunningAttempt> StartAsync(AttemptRequest request) => await Executor.StartAsync(request, CancellationToken.None);

    protected async Task<AttemptEnd> RunAsync(AttemptRequest request)
    {
        await using var attempt = await StartAsync(request);
        Elapse(Hour);
        return await attempt.Completion;
    }

    protected Task<string> LogHoldsAsync(string text) => FileArrival.WaitForAsync(Folder["log"], text);

    [ContractFact(Timeout = Limit)]
    public async Task An_attempt_ends_with_the_exit_code_of_its_command()
    {
        var end = await RunAsync(Request(ExitsWith3));

        end.ShouldBe(new AttemptEnd(3));
    }

    [ContractFact(Timeout = Limit)]
    public virtual async Task Death_by_a_signal_is_told_and_not_taken_for_lack_of_memory()
    {
        var end = await RunAsync(Request(KillsItself));

        end.ShouldBe(new AttemptEnd(null, Signal: 9));
    }

    [ContractFact(Timeout = Limit)]
    public async Task Output_of_both_streams_is_appended_to_the_log()
    {
        Folder.Write("log", "before\n");

        await RunAsync(Request(PrintsToBoth));

        (await File.ReadAllTextAsync(Folder["log"])).ShouldBe("before\nout\nerr\n");
    }

    [ContractFact(Timeout = Limit)]
    public async Task Stopping_asks_first_and_leaves_the_way_of_ending_to_the_attempt()
    {
        await using var attempt = await StartAsync(Request(ObeysWith7));
        await LogHoldsAsync("ready");

        await attempt.StopAsync(Hour, CancellationToken.None);

        (await attempt.Completion).ShouldBe(new AttemptEnd(7));
        (await File.ReadAllTextAsync(Folder["log"])).ShouldEndWith("asked\n");
    }

    [ContractFact(Timeout = Limit)]
    public async Task Stopping_insists_after_the_grace_time()
    {
        var grace = TimeSpan.FromMilliseconds(100);
        await using var attempt = await StartAsync(Request(IgnoresEverything));
        await LogHoldsAsync("ready");

        var stop = attempt.StopAsync(grace, CancellationToken.None);
        Elapse(grace);
        await stop;

        (await attempt.Completion).ShouldBe(new AttemptEnd(null, Signal: 9));
    }

    [ContractFact(Timeout = Limit)]
    public async Task A_second_stop_shortens_the_grace_time_of_the_first()
    {
        await using var attempt = await StartAsync(Request(IgnoresEverything));
        await LogHoldsAsync("ready");

        var patient = attempt.StopAsync(Hour, CancellationToken.None);
        patient.IsCompleted.ShouldBeFalse();
        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);

        await patient;
        (await attempt.Completion).Signal.ShouldBe(9);
    }

    [ContractFact(Timeout = Limit)]
    public async Task Giving_up_the_wait_for_a_stop_does_not_take_the_stop_back()
    {
        using var impatience = new CancellationTokenSource();
        await using var attempt = await StartAsync(Request(IgnoresEverything));
        await LogHoldsAsync("ready");

        var stop = attempt.StopAsync(Hour, impatience.Token);
        await impatience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => stop);
        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
        attempt.Completion.IsCompleted.ShouldBeTrue();
    }

    [ContractFact(Timeout = Limit)]
    public async Task Stopping_what_has_ended_changes_nothing()
    {
        await using var attempt = await StartAsync(Request(ExitsWith3));
        Elapse(Hour);
        await attempt.Completion;

        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);

        (await attempt.Completion).ShouldBe(new AttemptEnd(3));
    }

    [ContractFact(Timeout = Limit)]
    public async Task A_finished_attempt_can_be_adopted()
    {
        var request = Request(ExitsWith3);
        var attempt = await StartAsync(request);
        Elapse(Hour);
        await attempt.Completion;
        await attempt.DisposeAsync();

        await using var adopted = await Executor.AdoptAsync(request, attempt.Handle, CancellationToken.None);

        (await adopted.ShouldNotBeNull().Completion).ShouldBe(new AttemptEnd(3));
    }

    [ContractFact(Timeout = Limit)]
    public async Task A_running_attempt_can_be_adopted_and_stopped()
    {
        var request = Request(ObeysWith7);
        var attempt = await StartAsync(request);
        await LogHoldsAsync("ready");
        await attempt.DisposeAsync();

        await using var adopted = await Executor.AdoptAsync(request, attempt.Handle, CancellationToken.None);

        adopted.ShouldNotBeNull().Completion.IsCompleted.ShouldBeFalse();
        await adopted.StopAsync(Hour, CancellationToken.None);
        (await adopted.Completion).ShouldBe(new AttemptEnd(7));
    }

    [ContractFact(Timeout = Limit)]
    public async Task Disposing_lets_go_of_an_attempt_and_does_not_stop_it()
    {
        var attempt = await StartAsync(Request(EndsSoon));
        await LogHoldsAsync("ready");

        await attempt.DisposeAsync();
        Elapse(Hour);

        (await LogHoldsAsync("done")).ShouldBe("ready\ndone\n");
    }

    [ContractTheory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("99999999999999999999 1 1 x")]
    public async Task An_attempt_that_had_not_begun_when_it_was_adopted_never_will(string handle)
    {
        var request = Request(PrintsToBoth);

        await using var adopted = await Executor.AdoptAsync(request, handle, CancellationToken.None);
        await using var late = await Executor.StartAsync(request, CancellationToken.None);
        await using var adoptedAgain = await Executor.AdoptAsync(request, late.Handle, CancellationToken.None);

        (await adopted.Completion).ShouldBe(AttemptEnd.NeverBegan);
        (await late.Completion).ShouldBe(AttemptEnd.NeverBegan);
        (await adoptedAgain.Completion).ShouldBe(AttemptEnd.NeverBegan);
        File.Exists(Folder["log"]).ShouldBeFalse();
    }

    [ContractFact(Timeout = Limit)]
    public async Task An_attempt_is_not_started_a_second_time()
    {
        var request = Request(ObeysWith7);
        await using var attempt = await StartAsync(request);
        await LogHoldsAsync("ready");

        await using var second = await StartAsync(request);

        (await second.Completion).ShouldBe(AttemptEnd.NeverBegan);
        attempt.Completion.IsCompleted.ShouldBeFalse();
        await attempt.StopAsync(Hour, CancellationToken.None);
        (await File.ReadAllTextAsync(Folder["log"])).Split("ready").Length.ShouldBe(2);
        await using var third = await StartAsync(request);
        (await third.Completion).ShouldBe(AttemptEnd.NeverBegan);
    }

    [ContractFact(Timeout = Limit)]
    public async Task An_attempt_is_found_without_its_handle()
    {
        var request = Request(ObeysWith7);
        await using var attempt = await StartAsync(request);
        await LogHoldsAsync("ready");

        await using var adopted = await Executor.AdoptAsync(request, "", CancellationToken.None);

        await adopted.StopAsync(Hour, CancellationToken.None);
        (await adopted.Completion).ShouldBe(new AttemptEnd(7));
    }

    [ContractFact(Timeout = Limit)]
    public async Task All_that_adopt_an_attempt_see_the_same_end()
    {
        var request = Request(ObeysWith7);
        await using var attempt = await StartAsync(request);
        await LogHoldsAsync("ready");

        var adopted = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Executor.AdoptAsync(request, attempt.Handle, CancellationToken.None)));
        await adopted[0].StopAsync(Hour, CancellationToken.None);

        (await Task.WhenAll(adopted.Select(one => one.Completion))).ShouldAllBe(end => end == new AttemptEnd(7));
    }

    [ContractFact(Timeout = Limit)]
    public async Task A_missing_working_directory_is_told_in_a_sentence()
    {
        var end = await RunAsync(Request(ExitsWith3) with { WorkingDirectory = Folder["nowhere"] });

        end.ExitCode.ShouldBeNull();
        end.StartProblem.ShouldNotBeNull().ShouldContain(Folder["nowhere"]);
    }

    [ContractFact(Timeout = Limit)]
    public async Task A_handle_fits_into_its_column()
    {
        await using var attempt = await StartAsync(Request(ObeysWith7));

        attempt.Handle.Length.ShouldBeInRange(1, 1000);
        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Folder.Dispose();
}
