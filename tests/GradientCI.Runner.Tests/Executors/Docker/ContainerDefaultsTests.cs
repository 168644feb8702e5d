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

    [Fact]
    public void The_variables_of_an_image_reach_the_command_and_no_program_outside()
    {
        var image = new ImageConfig(
        [
            "PATH=/opt/bin:/bin", "LD_PRELOAD=./own.so", "LD_LIBRARY_PATH=/opt/a=b", "TINI_SUBREAPER=1", "NVIDIA_VISIBLE_DEVICES=all",
            "NVIDIA_MIG_CONFIG_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=compute,utility", "NVIDIA_REQUIRE_CUDA=cuda>=12.4", "LD_A-B=1",
        ]);

        var (without, with) = (JsonOf(Request("true"), image), JsonOf(Request("true") with { Gpus = [0] }, image));

        Environment(without).ShouldBe(
            ["LD_PRELOAD", "LD_LIBRARY_PATH", "TINI_SUBREAPER", "NVIDIA_MIG_CONFIG_DEVICES", "LD_A-B", "CUDA_VISIBLE_DEVICES=", "HOME=/tmp", "NVIDIA_VISIBLE_DEVICES=void"]);
        Environment(with).ShouldBe(
            ["LD_PRELOAD", "LD_LIBRARY_PATH", "TINI_SUBREAPER", "NVIDIA_VISIBLE_DEVICES", "NVIDIA_MIG_CONFIG_DEVICES", "LD_A-B", "CUDA_VISIBLE_DEVICES=0", "HOME=/tmp"]);
        without.GetProperty("Cmd").EnumerateArray().Select(word => word.GetString()).ShouldBe(
            ["LD_PRELOAD=./own.so", "LD_LIBRARY_PATH=/opt/a=b", "NVIDIA_MIG_CONFIG_DEVICES=all", "--", "", "/bin/sh", "-c", "--", "true"]);
    }

    [Fact]
    public void The_signal_of_an_image_does_not_count() => JsonOf(Request("true")).GetProperty("StopSignal").GetString().ShouldBe("SIGKILL");

    [EngineFact(Timeout = Limit)]
    public async Task What_an_image_declares_bends_nothing_and_leaves_nothing_behind()
    {
        using var made = JsonDocument.Parse(await TestEngine.AskAsync(HttpMethod.Post, "containers/create", $$"""{"Image":"{{TestEngine.Image}}","Cmd":["true"]}"""));
        var id = made.RootElement.GetProperty("Id").GetString();
        string[] changes = ["ENV LD_LIBRARY_PATH=/opt/own", "ENV TINI_SUBREAPER=1", "ENV NVIDIA_VISIBLE_DEVICES=all", "VOLUME /kept"];
        await TestEngine.AskAsync(HttpMethod.Post, $"commit?container={id}&repo=gradientci/bent&tag=1&{string.Join('&', changes.Select(change => $"changes={Uri.EscapeDataString(change)}"))}");
        await TestEngine.AskAsync(HttpMethod.Delete, $"containers/{id}?force=1&v=1");

        var log = await RunAsync(Request("""
            tr '\0' '\n' </proc/1/environ | grep -E '^(LD_|TINI_|NVIDIA_)'
            echo "$LD_LIBRARY_PATH $TINI_SUBREAPER"
            ls -d /kept
            """) with { Image = "gradientci/bent:1" });

        log.ShouldBe("NVIDIA_VISIBLE_DEVICES=void\n/opt/own \n/kept\n");
        (await TestEngine.AskAsync(HttpMethod.Get, "volumes")).ShouldContain("\"Volumes\":[]");
        await TestEngine.AskAsync(HttpMethod.Delete, "images/gradientci/bent:1");
    }

    [EngineTheory(Timeout = Limit)]
    [InlineData("exec dd if=/dev/zero of=/tmp/fill bs=1M", true)]
    [InlineData("dd if=/dev/zero of=/dev/shm/fill bs=1M && exit 0; exit 5", false)]
    [InlineData("dd if=/dev/zero of=/var/fill bs=1M && exit 0; exit 5", false)]
    public async Task A_disk_bomb_fills_nothing_but_its_own_memory(string shell, bool isOutOfMemory)
    {
        using var executor = new DockerExecutor(EngineAddress.Read(TestEngine.Variable), new DockerOptions { SharedMemoryBytes = 8 << 20 }, _folder.Path, TimeProvider.System);
        await using var attempt = await executor.StartAsync(Request(shell) with { Resources = new ResourceSpec { MemoryBytes = 64 << 20 } }, CancellationToken.None);

        var end = await attempt.Completion;

        end.ShouldBe(isOutOfMemory ? new AttemptEnd(null, Signal: 9, IsOutOfMemory: true) : new AttemptEnd(5));
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

    private static JsonElement JsonOf(AttemptRequest request, ImageConfig? image = null)
    {
        var parameters = ContainerPlan.Of(request, image ?? new ImageConfig(null), ContainerIdentity.LabelsOf(request, "data", 0), new DockerOptions(), new SystemInfoResponse("20.10", null, null, MemTotal: 1000, Cpus: 2, null));
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
