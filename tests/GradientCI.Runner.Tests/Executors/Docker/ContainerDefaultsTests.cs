using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class ContainerDefaultsTests : IDisposable
{
    private const int Limit = 30_000;
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_container_has_no_more_rights_than_it_needs()
    {
        var host = JsonOf(Request("true")).GetProperty("HostConfig");

        host.GetProperty("CapDrop").ToString().ShouldBe("""["ALL"]""");
        host.GetProperty("SecurityOpt").ToString().ShouldBe("""["no-new-privileges:true"]""");
        host.GetProperty("ReadonlyRootfs").GetBoolean().ShouldBeTrue();
        host.GetProperty("NetworkMode").GetString().ShouldBe("none");
        host.GetProperty("IpcMode").GetString().ShouldBe("private");
        host.GetProperty("PidsLimit").GetInt64().ShouldBe(4096);
        host.GetProperty("Memory").GetInt64().ShouldBe(900);
        host.GetProperty("MemorySwap").GetInt64().ShouldBe(900);
        host.GetProperty("LogConfig").ToString().ShouldBe("""{"Type":"local","Config":{"max-size":"1073741824","max-file":"1","compress":"false"}}""");
        host.TryGetProperty("PidMode", out _).ShouldBeFalse();
        host.TryGetProperty("Privileged", out _).ShouldBeFalse();
        host.TryGetProperty("NanoCpus", out _).ShouldBeFalse();
        host.TryGetProperty("DeviceRequests", out _).ShouldBeFalse();
        JsonOf(Request("true")).GetProperty("User").GetString().ShouldNotStartWith("0");
    }

    [Fact]
    public void A_declared_port_changes_nothing_but_the_variables()
    {
        var (with, without) = (JsonOf(Request("true") with { Ports = [6006, 80] }), JsonOf(Request("true")));

        with.GetProperty("HostConfig").ToString().ShouldBe(without.GetProperty("HostConfig").ToString());
        with.EnumerateObject().Select(each => each.Name).ShouldNotContain("ExposedPorts");
        Environment(with).Except(Environment(without), StringComparer.Ordinal).ShouldBe(["GRADIENT_PORT_6006=6006", "GRADIENT_PORT_80=80", "PORT=6006"], ignoreOrder: true);
    }

    [Fact]
    public void What_the_manifest_says_of_resources_is_the_containers_limit()
    {
        var host = JsonOf(Request("true") with { Resources = new ResourceSpec { Cpus = 1.5, MemoryBytes = 1 << 30, ShmBytes = 1 << 20 } }).GetProperty("HostConfig");

        host.GetProperty("NanoCpus").GetInt64().ShouldBe(1_500_000_000);
        host.GetProperty("Memory").GetInt64().ShouldBe(1 << 30);
        host.GetProperty("MemorySwap").GetInt64().ShouldBe(1 << 30);
        host.GetProperty("ShmSize").GetInt64().ShouldBe(1 << 20);
    }

    [Fact]
    public void More_processors_than_there_are_mean_all_of_them() =>
        JsonOf(Request("true") with { Resources = new ResourceSpec { Cpus = 8 } }).GetProperty("HostConfig").GetProperty("NanoCpus").GetInt64().ShouldBe(2_000_000_000);

    [Fact]
    public void GPUs_are_asked_for_by_id_and_counted_anew_inside()
    {
        var parameters = JsonOf(Request("true") with { Gpus = [1, 3] });

        parameters.GetProperty("HostConfig").GetProperty("DeviceRequests").ToString()
            .ShouldBe("""[{"DeviceIDs":["1","3"],"Capabilities":[["gpu"]],"Driver":"","Count":0}]""");
        Environment(parameters).ShouldContain("CUDA_VISIBLE_DEVICES=0,1");
        Environment(parameters).ShouldNotContain("NVIDIA_VISIBLE_DEVICES=void");
    }

    [Fact]
    public void Without_GPUs_none_can_be_seen()
    {
        var variables = Environment(JsonOf(Request("true")));

        variables.ShouldContain("CUDA_VISIBLE_DEVICES=");
        variables.ShouldContain("NVIDIA_VISIBLE_DEVICES=void");
    }

    [Theory]
    [InlineData("LD_PRELOAD")]
    [InlineData("NVIDIA_VISIBLE_DEVICES")]
    [InlineData("nvidia_driver_capabilities")]
    [InlineData("DOCKER_HOST")]
    public void A_variable_that_programs_outside_obey_is_refused(string name)
    {
        var request = Request("true") with { Environment = ImmutableSortedDictionary<string, string>.Empty.Add(name, "all") };

        ContainerEnvironment.FindProblem(request).ShouldNotBeNull().ShouldContain(name);
    }

    [EngineFact(Timeout = Limit)]
    public async Task Inside_nothing_of_the_host_can_be_reached()
    {
        const string Probe = """
            import os, re, socket
            status = open("/proc/self/status").read()
            for name in ["CapEff", "CapBnd", "NoNewPrivs", "Seccomp"]: print(name, re.search(name + r":\s*(\S+)", status).group(1))
            print("root", os.getuid() == 0 or os.getgid() == 0)
            for path in ["/new", "/usr/new", "/tmp/new", "new"]:
                try: open(path, "w").close(); print(path, "written")
                except OSError as problem: print(path, problem.strerror)
            for address in ["169.254.169.254", "10.0.0.1", "1.1.1.1"]:
                try: socket.create_connection((address, 80), 2); print(address, "reached")
                except OSError as problem: print(address, problem.strerror)
            print(sorted(os.listdir("/sys/class/net")), os.path.exists("/var/run/docker.sock"))
            """;

        var log = await RunAsync(Request(new CommandSpec(["python3", "-c", Probe], IsShell: false)));

        log.ShouldBe("""
            CapEff 0000000000000000
            CapBnd 0000000000000000
            NoNewPrivs 1
            Seccomp 2
            root False
            /new Read-only file system
            /usr/new Read-only file system
            /tmp/new written
            new written
            169.254.169.254 Network is unreachable
            10.0.0.1 Network is unreachable
            1.1.1.1 Network is unreachable
            ['lo'] False

            """);
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_fork_bomb_ends_with_the_container()
    {
        var log = await RunAsync(
            Request("i=0; while [ $i -lt 200 ]; do sleep 1000 & i=$((i+1)); done; echo never"), new DockerOptions { Processes = 50 });

        log.ShouldContain("can't fork");
        log.ShouldNotContain("never");
    }

    [EngineFact(Timeout = Limit)]
    public async Task Endless_output_is_cut_with_a_notice_and_the_trial_goes_on()
    {
        var log = await RunAsync(Request("head -c 3000000 /dev/zero; touch finished"), new DockerOptions { LogBytes = 1_000_000 });

        log.Length.ShouldBeInRange(1_000_000, 1_000_200);
        log.ShouldEndWith("[gradientci: the log ends here, at 1000000 bytes; the trial goes on]\n");
        File.Exists(_folder["work/finished"]).ShouldBeTrue();
    }

    [EngineFact(Timeout = Limit)]
    public async Task GPUs_reach_the_container_as_the_toolkit_is_told()
    {
        var log = await RunAsync(Request("echo $NVIDIA_VISIBLE_DEVICES $CUDA_VISIBLE_DEVICES") with { Gpus = [1, 3] });

        log.ShouldBe("1,3 0,1\n");
    }

    public void Dispose() => _folder.Dispose();

    private static string[] Environment(JsonElement parameters) => [.. parameters.GetProperty("Env").EnumerateArray().Select(variable => variable.GetString()!)];

    private static JsonElement JsonOf(AttemptRequest request)
    {
        var parameters = ContainerPlan.Of(request, ContainerIdentity.LabelsOf(request, "data", 0), new DockerOptions(), new SystemInfoResponse("20.10", null, null, MemTotal: 1000, Cpus: 2, null));
        using var document = JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(parameters, DockerJson.Default.CreateContainerParameters));
        return document.RootElement.Clone();
    }

    private async Task<string> RunAsync(AttemptRequest request, DockerOptions? options = null)
    {
        using var executor = new DockerExecutor(EngineAddress.Read(TestEngine.Variable), options ?? new DockerOptions(), _folder.Path, TimeProvider.System);
        await using var attempt = await executor.StartAsync(request, CancellationToken.None);
        await attempt.Completion;
        return await File.ReadAllTextAsync(request.LogPath);
    }

    private AttemptRequest Request(string shell) => Request(new CommandSpec([shell], IsShell: true));

    private AttemptRequest Request(CommandSpec command) => new()
    {
        Id = new AttemptId(new TrialId(new RunId(new ProjectId("p-000000"), "defaults", 1), 1), 1),
        Command = command,
        WorkingDirectory = Directory.CreateDirectory(_folder["work"]).FullName,
        Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
        LogPath = _folder["log"],
        StateDirectory = _folder["state"],
        Image = TestEngine.Image,
    };
}
