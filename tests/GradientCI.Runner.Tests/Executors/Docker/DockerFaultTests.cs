using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Executors.Docker;

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EngineAlone
{
    public const string Name = "an Engine alone";
}

/// <summary>What dies while a container runs: we, the Engine, the disk.</summary>
[Collection(EngineAlone.Name)]
public sealed class DockerFaultTests : IDisposable
{
    private const int Limit = 120_000;
    private const int Lines = 20_000;

    private readonly TemporaryFolder _folder = new();

    private static string Whole => string.Concat(Enumerable.Range(1, Lines).Select(number => number.ToString(CultureInfo.InvariantCulture) + "\n"));

    [EngineFact(Timeout = Limit)]
    public async Task Whoever_is_killed_while_it_prints_the_log_is_whole_byte_for_byte()
    {
        var request = Request($"seq 1 {Lines / 2}; while [ ! -e go ]; do sleep 0.02; done; seq {(Lines / 2) + 1} {Lines}; exit 4");
        string handle;
        using (var starter = StarterProcess.Start(request))
        {
            handle = (await starter.ReadLineAsync())!;
            await starter.KillAsync();
        }

        for (var length = 1; length < 5; length++)
        {
            using var adopter = StarterProcess.Adopt(request, handle);
            await FileArrival.WaitForAsync(request.LogPath, content => content.Length >= length * 10_000);
            await adopter.KillAsync();
        }

        using var executor = Executor();
        await using var adopted = await executor.AdoptAsync(request, handle, CancellationToken.None);
        _folder.Write("work/go", "");

        (await adopted.Completion).ShouldBe(new AttemptEnd(4));
        adopted.Handle.ShouldBe(handle);
        ShouldBeWhole(request.LogPath);
    }

    [EngineFact(Timeout = Limit)]
    public async Task An_Engine_that_is_killed_and_comes_back_costs_neither_trial_nor_output()
    {
        var request = Request($"seq 1 {Lines / 2}; while [ ! -e go ]; do sleep 0.02; done; seq {(Lines / 2) + 1} {Lines}; while [ ! -e end ]; do sleep 0.02; done; exit 5");
        using var executor = Executor();
        await using var attempt = await executor.StartAsync(request, CancellationToken.None);
        await FileArrival.WaitForAsync(request.LogPath, $"\n{Lines / 2}\n");

        await TestEngine.ControlAsync("kill");
        _folder.Write("work/go", "");
        await TestEngine.ControlAsync("start");
        await FileArrival.WaitForAsync(request.LogPath, $"\n{Lines}\n");
        _folder.Write("work/end", "");

        (await attempt.Completion).ShouldBe(new AttemptEnd(5));
        ShouldBeWhole(request.LogPath);
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_container_that_ends_while_the_Engine_is_away_keeps_its_exit_code()
    {
        var request = Request("echo ready; while [ ! -e go ]; do sleep 0.02; done; echo $$ >ended; exit 7");
        using var executor = Executor();
        await using var attempt = await executor.StartAsync(request, CancellationToken.None);
        await FileArrival.WaitForAsync(request.LogPath, "ready");

        await TestEngine.ControlAsync("kill");
        _folder.Write("work/go", "");
        await FileArrival.WaitForAsync(_folder["work/ended"], "\n");
        await TestEngine.ControlAsync("start");

        (await attempt.Completion).ShouldBe(new AttemptEnd(7));
    }

    [EngineFact(Timeout = Limit)]
    public async Task An_Engine_that_stays_away_is_a_lost_attempt_whose_container_is_removed_once_it_is_back()
    {
        var request = Request("echo ready; sleep 1000");
        using var executor = Executor(new DockerOptions { Patience = TimeSpan.Zero });
        await using var attempt = await executor.StartAsync(request, CancellationToken.None);
        await FileArrival.WaitForAsync(request.LogPath, "ready");

        await TestEngine.ControlAsync("kill");
        var end = await attempt.Completion;
        await TestEngine.ControlAsync("start");

        end.ShouldBe(AttemptEnd.Lost);
        (await executor.RemoveOrphansAsync(_ => Task.FromResult(false), _ => null, CancellationToken.None)).ShouldBe(1);
    }

    [EngineTheory(Timeout = Limit)]
    [InlineData("stop")]
    [InlineData("kill")]
    public async Task An_Engine_that_ends_its_containers_loses_them_however_they_answer(string verb)
    {
        const string SaysYes = "trap 'exit 0' TERM; echo ready; while :; do sleep 0.02; done";
        await using var engine = new OwnEngine();
        var address = EngineAddress.Read(engine.Variable);
        using var executor = new DockerExecutor(address, new DockerOptions(), _folder.Path, TimeProvider.System);
        await using var watched = await executor.StartAsync(Request(SaysYes), CancellationToken.None);
        var unwatched = Request(SaysYes) with { StateDirectory = _folder["state-2"], LogPath = _folder["log-2"] };
        await StartUnwatchedAsync(unwatched, address);
        await FileArrival.WaitForAsync(_folder["log"], "ready");

        await engine.ControlAsync(verb);
        await engine.ControlAsync("start");
        await using var adopted = await executor.AdoptAsync(unwatched, "", CancellationToken.None);

        (await watched.Completion).ShouldBe(AttemptEnd.Lost);
        (await adopted.Completion).ShouldBe(AttemptEnd.Lost);
        await executor.RemoveOrphansAsync(_ => Task.FromResult(false), _ => null, CancellationToken.None);
        using var client = new DockerClient(address, TimeProvider.System);
        (await client.Containers.ListContainersAsync([ContainerIdentity.OwnedBy(_folder.Path)], CancellationToken.None)).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task What_ended_by_itself_before_the_Engine_went_down_keeps_its_exit_code()
    {
        await using var engine = new OwnEngine();
        var address = EngineAddress.Read(engine.Variable);
        using var client = new DockerClient(address, TimeProvider.System);
        using var executor = new DockerExecutor(address, new DockerOptions(), _folder.Path, TimeProvider.System);
        var id = await StartUnwatchedAsync(Request("exit 3"), address);
        await client.Containers.WaitContainerAsync(id, CancellationToken.None);

        await engine.ControlAsync("stop");
        await engine.ControlAsync("start");
        await using var adopted = await executor.AdoptAsync(Request("exit 3"), "", CancellationToken.None);

        (await adopted.Completion).ShouldBe(new AttemptEnd(3));
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_full_disk_holds_the_log_up_and_loses_nothing()
    {
        if (SmallDisk.Obstacle is not null)
        {
            return;
        }

        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        var request = Request($"seq 1 {Lines}; exit 6") with { LogPath = _folder["disk/log"] };
        var filler = _folder["disk/filler"];
        await File.WriteAllBytesAsync(filler, new byte[(1 << 20) - 40_000]);
        using var executor = Executor();
        await using var attempt = await executor.StartAsync(request, CancellationToken.None);
        await FileArrival.WaitForAsync(request.LogPath, content => content.Length >= 20_000);

        File.Delete(filler);

        (await attempt.Completion).ShouldBe(new AttemptEnd(6));
        ShouldBeWhole(request.LogPath);
    }

    public void Dispose() => _folder.Dispose();

    // Two texts of a hundred kilobytes say nothing to anybody: the place where they part does.
    private static void ShouldBeWhole(string path)
    {
        var (log, whole) = (File.ReadAllText(path), Whole);
        var same = log.AsSpan().CommonPrefixLength(whole);
        (log.Length, log[same..Math.Min(log.Length, same + 40)]).ShouldBe((whole.Length, whole[same..Math.Min(whole.Length, same + 40)]), $"at {same}");
    }

    // As an executor does it that dies at once.
    private async Task<string> StartUnwatchedAsync(AttemptRequest request, EngineAddress address)
    {
        using var client = new DockerClient(address, TimeProvider.System);
        var machine = await client.System.GetSystemInfoAsync(CancellationToken.None);
        var parameters = ContainerPlan.Of(request, new ImageConfig(null), ContainerIdentity.LabelsOf(request, _folder.Path, 0), new DockerOptions(), machine);
        ContainerPlan.HandOver(request, new DockerOptions());
        var made = await client.Containers.CreateContainerAsync(ContainerIdentity.NameOf(request), parameters, CancellationToken.None);
        new BeginClaim(request.StateDirectory).TryBegin(made.Id).ShouldBeTrue();
        await client.Containers.StartContainerAsync(made.Id, CancellationToken.None);
        return made.Id;
    }

    private DockerExecutor Executor(DockerOptions? options = null) =>
        new(EngineAddress.Read(TestEngine.Variable), options ?? new DockerOptions(), _folder.Path, TimeProvider.System);

    // As the starter process asks for it.
    private AttemptRequest Request(string shell) => new()
    {
        Id = new AttemptId(new TrialId(new RunId(new ProjectId("contract-000000"), "contract", 1), 1), 1),
        Command = new CommandSpec([shell], IsShell: true),
        WorkingDirectory = Directory.CreateDirectory(_folder["work"]).FullName,
        Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        LogPath = _folder["log"],
        StateDirectory = _folder["state"],
        Image = TestEngine.Image,
    };
}
