using GradientCI.Runner.Executors;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Executors;

public sealed class ScriptedExecutorTests : TrialExecutorContract
{
    private readonly ManualTimeProvider _time = new();

    protected override ITrialExecutor Create() => new ScriptedExecutor(_time, request => request.Command.Words[0] switch
    {
        ExitsWith3 => new AttemptScript { End = new AttemptEnd(3) },
        KillsItself => new AttemptScript { End = new AttemptEnd(null, Signal: 9) },
        PrintsToBoth => new AttemptScript { Lines = [Now("out"), Now("err")] },
        ObeysWith7 => new AttemptScript { Duration = Timeout.InfiniteTimeSpan, Lines = [Now("ready")], LinesWhenStopped = ["asked"], EndWhenStopped = new AttemptEnd(7) },
        IgnoresEverything => new AttemptScript { Duration = Timeout.InfiniteTimeSpan, Lines = [Now("ready")], IgnoresStop = true },
        EndsSoon => new AttemptScript { Lines = [Now("ready"), new ScriptedLine(TimeSpan.FromSeconds(0.5), "done")] },
        var other => throw new InvalidOperationException(other),
    });

    protected override void Elapse(TimeSpan time) => _time.Advance(time);

    [Fact]
    public void The_first_rule_that_matches_parameters_and_attempt_counts()
    {
        var script = AttemptScripts.FromJson("""
            [
              { "match": {"lr": 0.1}, "attempt": 2, "exit": 9 },
              { "match": {"lr": 0.1}, "seconds": 5, "lines": ["a", {"at": 4, "text": "b"}], "signal": 9, "out-of-memory": true }
            ]
            """);
        var environment = Request(ExitsWith3).Environment.SetItem("GRADIENT_PARAMS", Folder.Write("params.json", """{"lr": 0.1, "batch": 4}"""));
        var first = Request(ExitsWith3) with { Environment = environment };

        script(first with { Id = first.Id with { Number = 2 } }).End.ShouldBe(new AttemptEnd(9));
        script(first).End.ShouldBe(new AttemptEnd(null, 9, IsOutOfMemory: true));
        script(first).Lines.ShouldBe([new(TimeSpan.FromSeconds(5) / 3, "a"), new(TimeSpan.FromSeconds(4), "b")]);
        script(Request(ExitsWith3)).End.ShouldBe(new AttemptEnd(0));
    }

    [Fact(Timeout = Limit)]
    public async Task A_lost_attempt_ends_without_a_word_and_is_not_found_again()
    {
        var executor = new ScriptedExecutor(_time, AttemptScripts.FromJson("""[{ "lost": true }]"""));
        await using var attempt = await executor.StartAsync(Request(ExitsWith3), CancellationToken.None);
        executor.Running.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(1));

        (await attempt.Completion).ShouldBe(new AttemptEnd(null));
        await using var adopted = await executor.AdoptAsync(Request(ExitsWith3), attempt.Handle, CancellationToken.None);
        (await adopted.Completion).ShouldBe(AttemptEnd.Lost);
        executor.Running.ShouldBe(0);
    }

    private static ScriptedLine Now(string text) => new(TimeSpan.Zero, text);
}
