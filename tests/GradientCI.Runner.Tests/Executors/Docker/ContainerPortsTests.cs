using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Executors.Docker;

[NeedsEngine]
public sealed class ContainerPortsTests : AttemptPortsContract
{
    private readonly DockerExecutor _executor = new(EngineAddress.Read(TestEngine.Variable), new DockerOptions(), "ports", TimeProvider.System);

    protected override ITrialExecutor Executor => _executor;

    protected override IAttemptPorts Ports => _executor;

    protected override string? Image => TestEngine.Image;

    [EngineFact(Timeout = Limit)]
    public async Task No_relay_is_left_when_somebody_has_left_and_none_has_rights()
    {
        const string Probe = """
            import glob, os, re, socket, time
            relays = lambda: [p for p in glob.glob("/proc/[0-9]*") if b"/bin/sh\0-c\0printf +" in read(p + "/cmdline")]
            def read(path):
                try: return open(path, "rb").read()
                except OSError: return b""
            server = socket.create_server(("127.0.0.1", 6006))
            print("ready", flush=True)
            peer = server.accept()[0]
            peer.sendall(b"+")
            status = read(relays()[0] + "/status").decode()
            print([re.search(name + r":\s*(\S+)", status).group(1) for name in ["CapEff", "NoNewPrivs", "Seccomp"]], flush=True)
            while relays(): time.sleep(0.02)
            print("none left", os.listdir("/sys/class/net"), flush=True)
            """;
        await using var attempt = await StartAsync(Probe);
        await FileArrival.WaitForAsync(Folder["log"], "ready");

        var stream = await ConnectAsync(attempt, 6006);
        await stream.ReadExactlyAsync(new byte[1]);
        await FileArrival.WaitForAsync(Folder["log"], "['0000000000000000', '1', '2']");
        await stream.DisposeAsync();

        await FileArrival.WaitForAsync(Folder["log"], "none left ['lo']");
    }

    [Fact]
    public async Task On_the_hosts_network_there_are_no_ports()
    {
        using var executor = new DockerExecutor(EngineAddress.Local, new DockerOptions { Network = "host" }, "ports", TimeProvider.System);
        var port = new AttemptPort(default, 22, Folder["state"], "any", IsInContainer: true);

        var problem = await Should.ThrowAsync<IOException>(() => executor.ConnectAsync(port, CancellationToken.None));

        problem.Message.ShouldStartWith("Trials on the host's network have no ports");
    }

    protected override void Dispose(bool disposing)
    {
        _executor.Dispose();
        base.Dispose(disposing);
    }
}
