using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

/// <summary>An Engine whose answers get lost, or that says things that a real one says on bad days only.</summary>
public sealed class LostAnswerTests : IDisposable
{
    private const int Limit = 60_000;
    private readonly TemporaryFolder _folder = new();

    [EngineTheory(Timeout = Limit)]
    [InlineData("/create?")]
    [InlineData("/start")]
    public async Task A_lost_answer_loses_no_container_and_starts_none_twice(string call)
    {
        await using var engine = new EngineProxy(Once(call, EngineFate.LoseAnswer));
        using var executor = Executor(engine);

        await using var attempt = await executor.StartAsync(Request("echo begun >>begun; exit 3"), CancellationToken.None);

        (await attempt.Completion).ShouldBe(new AttemptEnd(3));
        (await File.ReadAllTextAsync(_folder["work/begun"])).ShouldBe("begun\n");
        engine.Requests.Count(request => request.EndsWith("/start", StringComparison.Ordinal)).ShouldBe(1);
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_start_that_never_arrived_never_begins()
    {
        await using var engine = new EngineProxy(Once("/start", EngineFate.LoseRequest));
        using var executor = Executor(engine);

        await using var attempt = await executor.StartAsync(Request("echo begun >>begun"), CancellationToken.None);

        (await attempt.Completion).ShouldBe(AttemptEnd.NeverBegan);
        File.Exists(_folder["work/begun"]).ShouldBeFalse();
        (await ContainersAsync()).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task An_error_after_the_start_is_not_taken_for_no_start()
    {
        var isStarted = false;
        await using var engine = new EngineProxy(request =>
        {
            if (!request.EndsWith("/start", StringComparison.Ordinal))
            {
                return EngineFate.Pass;
            }

            StartByOtherMeans(request);
            isStarted = true;
            return EngineFate.Say(500, """{"message":"context deadline exceeded"}""");
        });
        using var executor = Executor(engine);

        await using var attempt = await executor.StartAsync(Request("exit 3"), CancellationToken.None);

        isStarted.ShouldBeTrue();
        (await attempt.Completion).ShouldBe(new AttemptEnd(3));
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_start_of_which_nothing_can_be_learned_is_lost_and_gone_before_anything_else_starts()
    {
        var (isAway, lost) = (false, 0);
        await using var engine = new EngineProxy(request =>
        {
            isAway |= request.EndsWith("/start", StringComparison.Ordinal) && lost++ == 0;
            return !isAway ? EngineFate.Pass : request.EndsWith("/start", StringComparison.Ordinal) ? EngineFate.LoseAnswer : EngineFate.LoseRequest;
        });
        using var executor = Executor(engine, new DockerOptions { Patience = TimeSpan.Zero });

        await using var attempt = await executor.StartAsync(Request("echo ready; sleep 1000"), CancellationToken.None);
        var end = await attempt.Completion;
        isAway = false;
        await using var other = await executor.StartAsync(Request("exit 4", trial: 2), CancellationToken.None);

        end.ShouldBe(AttemptEnd.Lost);
        (await other.Completion).ShouldBe(new AttemptEnd(4));
        (await ContainersAsync()).ShouldBeEmpty();
    }

    [EngineTheory(Timeout = Limit)]
    [InlineData("/create?")]
    [InlineData("/start")]
    public async Task A_full_disk_of_the_Engine_is_waited_out_like_one_of_our_own(string call)
    {
        await using var engine = new EngineProxy(Once(call, EngineFate.Say(500, """{"message":"mkdir /var/lib/docker/overlay2/x: no space left on device"}""")));
        using var executor = Executor(engine);

        var problem = await Should.ThrowAsync<GradientException>(() => executor.StartAsync(Request("true"), CancellationToken.None));

        problem.Message.ShouldBe("The disk of the Docker Engine is full: mkdir /var/lib/docker/overlay2/x: no space left on device.");
        DiskSpace.IsFull(problem).ShouldBeTrue();
        (await ContainersAsync()).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task An_Engine_that_was_going_down_failed_trials_that_it_had_not_started()
    {
        await using var engine = new EngineProxy(Once(
            "/start", EngineFate.Say(500, """{"message":"failed to update store for object type *libnetwork.endpoint: open : no such file or directory"}""")));
        using var executor = Executor(engine);

        await using var attempt = await executor.StartAsync(Request("true"), CancellationToken.None);

        (await attempt.Completion).ShouldBe(AttemptEnd.NeverBegan);
        (await ContainersAsync()).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_network_that_has_gone_is_the_operators_affair_and_not_the_trials()
    {
        await using var engine = new EngineProxy(_ => EngineFate.Pass);
        using var executor = Executor(engine, new DockerOptions { Network = "gradientci-gone" });

        var problem = await Should.ThrowAsync<GradientException>(() => executor.StartAsync(Request("true"), CancellationToken.None));

        problem.Message.ShouldBe("The Docker network gradientci-gone that trials are to be on is not there.");
        problem.Remedy.ShouldNotBeNull().ShouldContain("docker network create gradientci-gone");
        (await ContainersAsync()).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task An_image_that_went_after_it_was_looked_at_is_told_with_the_way_back()
    {
        await using var engine = new EngineProxy(Once("/create?", EngineFate.Say(404, """{"message":"No such image: sha256:0123"}""")));
        using var executor = Executor(engine);

        var problem = await Should.ThrowAsync<GradientException>(() => executor.StartAsync(Request("true"), CancellationToken.None));

        problem.Message.ShouldBe("The run's image has gone from the Docker Engine: No such image: sha256:0123.");
        problem.Remedy.ShouldNotBeNull().ShouldContain("gradientci retry");
    }

    [EngineTheory(Timeout = Limit)]
    [InlineData("")]
    [InlineData("2026-11-27T12:00:05.000000001Z one\n")]
    public async Task Output_that_is_followed_to_less_than_its_end_is_had_whole(string followed)
    {
        await using var engine = new EngineProxy(Once("follow=1", EngineFate.Say(200, Frames(followed))));
        using var executor = Executor(engine);

        await using var attempt = await executor.StartAsync(Request("echo one; echo two"), CancellationToken.None);

        (await attempt.Completion).ShouldBe(new AttemptEnd(0));
        (await File.ReadAllTextAsync(_folder["log-1"])).ShouldBe("one\ntwo\n");
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_clock_that_gives_two_lines_one_time_is_no_proof_that_the_last_was_seen()
    {
        const string Time = "2026-11-27T12:00:05Z";
        await using var engine = new EngineProxy(request => request.Contains("follow=1", StringComparison.Ordinal) ? EngineFate.Say(200, Frames($"{Time} one\n"))
            : request.Contains("tail=2", StringComparison.Ordinal) ? EngineFate.Say(200, Frames($"{Time} one\n", $"{Time} two\n"))
            : EngineFate.Pass);
        using var executor = Executor(engine);

        await using var attempt = await executor.StartAsync(Request("echo one; echo two"), CancellationToken.None);

        (await attempt.Completion).ShouldBe(new AttemptEnd(0));
        (await File.ReadAllTextAsync(_folder["log-1"])).ShouldBe("one\ntwo\n");
    }

    [EngineFact(Timeout = Limit)]
    public async Task Output_whose_last_line_was_seen_is_not_asked_for_again()
    {
        string[] lines = ["2026-11-27T12:00:05.000000001Z one\n", "2026-11-27T12:00:05.000000002Z two\n"];
        await using var engine = new EngineProxy(request => request.Contains("/logs?", StringComparison.Ordinal) ? EngineFate.Say(200, Frames(lines)) : EngineFate.Pass);
        using var executor = Executor(engine);

        await using var attempt = await executor.StartAsync(Request("true"), CancellationToken.None);

        (await attempt.Completion).ShouldBe(new AttemptEnd(0));
        engine.Requests.Count(request => request.Contains("/logs?", StringComparison.Ordinal)).ShouldBe(2);
    }

    public void Dispose() => _folder.Dispose();

    // A frame: the stream's number, three zeros, four bytes of length.
    private static string Frames(params string[] payloads) =>
        string.Concat(payloads.Where(payload => payload.Length > 0).Select(payload => $"\x01\0\0\0\0\0\0{(char)payload.Length}{payload}"));

    private static Func<string, EngineFate> Once(string call, EngineFate fate)
    {
        var calls = 0;
        return request => request.Contains(call, StringComparison.Ordinal) && Interlocked.Increment(ref calls) == 1 ? fate : EngineFate.Pass;
    }

    private static void StartByOtherMeans(string request)
    {
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
        client.Containers.StartContainerAsync(request.Split('/')[^2], CancellationToken.None).GetAwaiter().GetResult();
    }

    private async Task<IReadOnlyList<string>> ContainersAsync()
    {
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
        return [.. (await client.Containers.ListContainersAsync([ContainerIdentity.OwnedBy(_folder.Path)], CancellationToken.None)).Select(container => container.Id)];
    }

    private DockerExecutor Executor(EngineProxy engine, DockerOptions? options = null) =>
        new(EngineAddress.Read(engine.Variable), options ?? new DockerOptions(), _folder.Path, TimeProvider.System);

    private AttemptRequest Request(string shell, int trial = 1) => new()
    {
        Id = new AttemptId(new TrialId(new RunId(new ProjectId("p-000000"), "answers", 1), trial), 1),
        Command = new CommandSpec([shell], IsShell: true),
        WorkingDirectory = Directory.CreateDirectory(_folder["work"]).FullName,
        Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        LogPath = _folder[$"log-{trial}"],
        StateDirectory = _folder[$"state-{trial}"],
        Image = TestEngine.Image,
    };
}
