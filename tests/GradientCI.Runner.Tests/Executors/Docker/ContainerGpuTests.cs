using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Hosts;
using GradientCI.Runner.Tests.Hosts;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class ContainerGpuTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [EngineFact(Timeout = 60_000)]
    public async Task An_Engine_that_can_give_no_GPU_is_told_in_a_sentence_and_nothing_is_left()
    {
        await using var engine = new OwnEngine(hasGpus: false);
        using var executor = new DockerExecutor(EngineAddress.Read(engine.Variable), new DockerOptions(), _folder.Path, TimeProvider.System);
        using var client = new DockerClient(EngineAddress.Read(engine.Variable), TimeProvider.System);

        var problem = await Should.ThrowAsync<GradientException>(() => executor.StartAsync(Request("true"), CancellationToken.None));

        problem.Message.ShouldBe("The Docker Engine cannot give GPUs to containers.");
        problem.Remedy.ShouldBe("Install the NVIDIA container toolkit, and start the Engine anew.");
        (await client.Containers.ListContainersAsync([ContainerIdentity.OwnedBy(_folder.Path)], CancellationToken.None)).ShouldBeEmpty();
        var facts = await executor.ReadFactsAsync(CancellationToken.None);
        facts.FindGpuProblem().ShouldNotBeNull().Message.ShouldBe($"Docker {facts.Version} knows no NVIDIA runtime: containers may get no GPU.");
    }

    [EngineFact(Timeout = 30_000)]
    public async Task The_use_of_its_GPUs_is_sampled_with_its_own()
    {
        using var fake = FakeNvidiaSmi.Answering("0, 5, 1\n1, 40, 100\n3, 80, 50\n");
        var meter = new GpuMeter(fake.Program(TimeProvider.System), TimeProvider.System);
        using var executor = new DockerExecutor(EngineAddress.Read(TestEngine.Variable), new DockerOptions(), _folder.Path, TimeProvider.System, meter);
        await using var attempt = await executor.StartAsync(Request("while :; do :; done"), CancellationToken.None);
        await using var adopted = await executor.AdoptAsync(Request("while :; do :; done"), attempt.Handle, CancellationToken.None);

        IReadOnlyList<KeyValuePair<string, double>> usage;
        while ((usage = adopted.SampleUsage()).Count < 4)
        {
            await Task.Yield();
        }

        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
        usage.ShouldContain(new KeyValuePair<string, double>("system/gpu_percent", 60));
        usage.ShouldContain(new KeyValuePair<string, double>("system/gpu_memory_bytes", 150 << 20));
        usage.Select(sample => sample.Key).ShouldContain("system/memory_bytes");
    }

    public void Dispose() => _folder.Dispose();

    private AttemptRequest Request(string shell) => new()
    {
        Id = new AttemptId(new TrialId(new RunId(new ProjectId("p-000000"), "gpus", 1), 1), 1),
        Command = new CommandSpec([shell], IsShell: true),
        WorkingDirectory = Directory.CreateDirectory(_folder["work"]).FullName,
        Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        LogPath = _folder["log"],
        StateDirectory = _folder["state"],
        Image = TestEngine.Image,
        Gpus = [1, 3],
    };
}
