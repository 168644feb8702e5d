using System.Globalization;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;
using GradientCI.Specs;
using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

[NeedsEngine]
public sealed class DockerExecutorTests : ContainerExecutorContract
{
    private static readonly SystemInfoResponse Machine = new("20.10", null, null, 1L << 30, 2, null);

    protected override string Host => TestEngine.Host;

    [EngineFact(Timeout = Limit)]
    public async Task A_container_is_gone_when_its_attempt_has_ended_and_its_log_is_whole()
    {
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);

        var end = await RunAsync(Request("seq 1 5000; exit 0"));

        end.ShouldBe(new AttemptEnd(0));
        (await File.ReadAllLinesAsync(Folder["log"])).ShouldBe(Enumerable.Range(1, 5000).Select(number => number.ToString(CultureInfo.InvariantCulture)));
        (await client.Containers.ListContainersAsync([$"gradientci.state={Folder["state"]}"], CancellationToken.None)).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_container_that_was_made_and_never_started_never_begins()
    {
        var request = Request(PrintsToBoth);
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
        var labels = ContainerIdentity.LabelsOf(request, "contract", 0);
        await client.Containers.CreateContainerAsync(ContainerIdentity.NameOf(request), ContainerPlan.Of(request, new ImageConfig(null), labels, new DockerOptions(), Machine), CancellationToken.None);

        await using var adopted = await Executor.AdoptAsync(request, "", CancellationToken.None);

        (await adopted.Completion).ShouldBe(AttemptEnd.NeverBegan);
        (await client.Containers.ListContainersAsync([$"gradientci.state={Folder["state"]}"], CancellationToken.None)).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_container_that_was_made_by_one_who_died_is_started_by_the_next()
    {
        var request = Request(PrintsToBoth);
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
        var labels = ContainerIdentity.LabelsOf(request, "contract", 0);
        await client.Containers.CreateContainerAsync(ContainerIdentity.NameOf(request), ContainerPlan.Of(request, new ImageConfig(null), labels, new DockerOptions(), Machine), CancellationToken.None);

        (await RunAsync(request)).ShouldBe(new AttemptEnd(0));

        (await File.ReadAllTextAsync(Folder["log"])).ShouldBe("out\nerr\n");
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_container_that_somebody_removes_is_a_lost_attempt()
    {
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
        await using var attempt = await StartAsync(Request(IgnoresEverything));
        await LogHoldsAsync("ready");

        await client.Containers.RemoveContainerAsync(attempt.Handle, force: true, CancellationToken.None);

        (await attempt.Completion).Signal.ShouldBeOneOf(null, 9);
        await using var adopted = await Create().AdoptAsync(Request(IgnoresEverything), attempt.Handle, CancellationToken.None);
        (await adopted.Completion).ShouldBe(await attempt.Completion);
    }

    [EngineFact(Timeout = Limit)]
    public async Task An_image_that_is_not_there_is_told_in_a_sentence()
    {
        var problem = await Should.ThrowAsync<GradientException>(() => StartAsync(Request(ExitsWith3) with { Image = "gradientci/none:1" }));

        problem.Message.ShouldContain("No such image: gradientci/none:1");
    }

    [EngineFact(Timeout = Limit)]
    public async Task What_takes_more_memory_than_it_may_is_out_of_memory()
    {
        var request = Request(new CommandSpec(["python3", "-c", "x = []\nwhile True: x.append(bytearray(1 << 20))"], IsShell: false));

        var end = await RunAsync(request with { Resources = new ResourceSpec { MemoryBytes = 64 << 20 } });

        end.ShouldBe(new AttemptEnd(null, Signal: 9, IsOutOfMemory: true));
    }

    [EngineFact(Timeout = Limit)]
    public async Task Use_is_sampled_while_it_runs()
    {
        await using var attempt = await StartAsync(Request("echo ready; while :; do :; done"));
        await LogHoldsAsync("ready");

        IReadOnlyList<KeyValuePair<string, double>> usage;
        while ((usage = attempt.SampleUsage()).Count < 2)
        {
            await Task.Yield();
        }

        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
        usage.Select(sample => sample.Key).ShouldBe(["system/cpu_percent", "system/memory_bytes"], ignoreOrder: true);
        usage.ShouldAllBe(sample => sample.Value > 0);
    }

    [EngineFact(Timeout = Limit)]
    public async Task Orphans_are_removed_and_nothing_else()
    {
        var owner = Folder.Path;
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
        using var executor = new DockerExecutor(EngineAddress.Read(TestEngine.Variable), new DockerOptions(), owner, TimeProvider.System);
        await using var foreign = await StartAsync(Request(IgnoresEverything) with { StateDirectory = Folder["foreign"], LogPath = Folder["foreign-log"] });
        await using var open = await executor.StartAsync(Request(IgnoresEverything), CancellationToken.None);
        var second = Request(IgnoresEverything) with { StateDirectory = Folder["second"], LogPath = Folder["second-log"] };
        second = second with { Id = second.Id with { Trial = second.Id.Trial with { Number = 2 } } };
        await using var orphan = await executor.StartAsync(second, CancellationToken.None);

        var removed = await executor.RemoveOrphansAsync(attempt => Task.FromResult(attempt.Trial.Number == 1), _ => null, CancellationToken.None);

        removed.ShouldBe(1);
        (await client.Containers.ListContainersAsync([$"gradientci.data={owner}"], CancellationToken.None)).Select(container => container.Id).ShouldBe([open.Handle]);
        foreign.Completion.IsCompleted.ShouldBeFalse();
        await Task.WhenAll(foreign.StopAsync(TimeSpan.Zero, CancellationToken.None), open.StopAsync(TimeSpan.Zero, CancellationToken.None));
    }

    [EngineFact(Timeout = Limit)]
    public async Task The_next_attempt_of_a_trial_starts_when_no_earlier_one_runs_any_more_whoever_gave_it_up()
    {
        var owner = Folder.Path;
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
        using var before = new DockerExecutor(EngineAddress.Read(TestEngine.Variable), new DockerOptions(), owner, TimeProvider.System);
        using var after = new DockerExecutor(EngineAddress.Read(TestEngine.Variable), new DockerOptions(), owner, TimeProvider.System);
        await using var foreign = await StartAsync(Request(IgnoresEverything) with { StateDirectory = Folder["foreign"], LogPath = Folder["foreign-log"] });
        await using var later = await before.StartAsync(Numbered(3), CancellationToken.None);
        await using var first = await before.StartAsync(Numbered(1), CancellationToken.None);

        await using var second = await after.StartAsync(Numbered(2), CancellationToken.None);

        (await client.Containers.ListContainersAsync([ContainerIdentity.OwnedBy(owner)], CancellationToken.None)).Select(container => container.Id)
            .ShouldBe([later.Handle, second.Handle], ignoreOrder: true);
        (await first.Completion).ShouldBe(AttemptEnd.Lost);
        foreign.Completion.IsCompleted.ShouldBeFalse();
        await Task.WhenAll(((IRunningAttempt[])[foreign, later, second]).Select(attempt => attempt.StopAsync(TimeSpan.Zero, CancellationToken.None)));

        AttemptRequest Numbered(int number)
        {
            var request = Request(IgnoresEverything) with { StateDirectory = Folder[$"state-{number}"], LogPath = Folder[$"log-{number}"] };
            return request with { Id = request.Id with { Number = number } };
        }
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_container_that_a_person_ends_is_a_lost_attempt()
    {
        using var client = new DockerClient(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
        await using var attempt = await StartAsync(Request(IgnoresEverything));
        await LogHoldsAsync("ready");

        await client.Containers.KillContainerAsync(attempt.Handle, "SIGKILL", CancellationToken.None);

        (await attempt.Completion).ShouldBe(AttemptEnd.Lost);
    }
}
