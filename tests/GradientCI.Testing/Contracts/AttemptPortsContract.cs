using System.Collections.Immutable;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Specs;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Testing.Contracts;

/// <summary>What everybody promises who connects to what attempts listen at.</summary>
public abstract class AttemptPortsContract : IDisposable
{
    protected const int Limit = 60_000;
    private const int Port = 6006;

    // Says what it hears, in upper case, and ends a connection that says "bye".
    private const string Echo = """
        import os, socketserver
        class Echo(socketserver.StreamRequestHandler):
            def handle(self):
                for line in self.rfile:
                    self.wfile.write(line.upper())
                    if line == b"bye\n": return
                print("left", flush=True)
        with socketserver.ThreadingTCPServer(("127.0.0.1", int(os.environ["GRADIENT_PORT_6006"])), Echo) as server:
            print("ready", os.environ["PORT"] == os.environ["GRADIENT_PORT_6006"], flush=True)
            server.serve_forever()
        """;

    protected TemporaryFolder Folder { get; } = new();

    protected abstract ITrialExecutor Executor { get; }

    protected abstract IAttemptPorts Ports { get; }

    /// <summary>The image that the attempts run in, or null.</summary>
    protected abstract string? Image { get; }

    [ContractFact(Timeout = Limit)]
    public async Task What_a_trial_listens_at_on_loopback_is_reached_both_ways()
    {
        await using var attempt = await StartAsync(Echo);
        await FileArrival.WaitForAsync(Folder["log"], "ready True");

        await using var first = await ConnectAsync(attempt, Port);
        await using var second = await ConnectAsync(attempt, Port);

        (await SayAsync(first, "one\n")).ShouldBe("ONE\n");
        (await SayAsync(second, "two\n")).ShouldBe("TWO\n");
        (await SayAsync(first, "three\n")).ShouldBe("THREE\n");
        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
    }

    [ContractFact(Timeout = Limit)]
    public async Task Much_comes_through_whole()
    {
        await using var attempt = await StartAsync(Echo);
        await FileArrival.WaitForAsync(Folder["log"], "ready True");
        await using var stream = await ConnectAsync(attempt, Port);
        var sent = string.Join('\n', Enumerable.Range(1, 100_000)) + "\n";

        var writing = stream.WriteAsync(Encoding.ASCII.GetBytes(sent)).AsTask();
        var heard = await ReadAsync(stream, sent.Length);
        await writing;

        heard.ShouldBe(sent);
        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
    }

    [ContractFact(Timeout = Limit)]
    public async Task A_connection_that_the_trial_ends_has_an_end()
    {
        await using var attempt = await StartAsync(Echo);
        await FileArrival.WaitForAsync(Folder["log"], "ready True");
        await using var stream = await ConnectAsync(attempt, Port);

        (await SayAsync(stream, "bye\n")).ShouldBe("BYE\n");

        (await stream.ReadAsync(new byte[1])).ShouldBe(0);
        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
    }

    [ContractFact(Timeout = Limit)]
    public async Task A_trial_hears_that_somebody_left()
    {
        await using var attempt = await StartAsync(Echo);
        await FileArrival.WaitForAsync(Folder["log"], "ready True");
        var stream = await ConnectAsync(attempt, Port);
        await SayAsync(stream, "one\n");

        await stream.DisposeAsync();

        await FileArrival.WaitForAsync(Folder["log"], "left");
        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
    }

    [ContractFact(Timeout = Limit)]
    public async Task Where_nobody_listens_nothing_is_heard()
    {
        await using var attempt = await StartAsync("print('ready True', flush=True); input()");
        await FileArrival.WaitForAsync(Folder["log"], "ready True");

        (await HearAsync(attempt, Port)).ShouldBeEmpty();

        await attempt.StopAsync(TimeSpan.Zero, CancellationToken.None);
        (await HearAsync(attempt, Port)).ShouldBeEmpty();
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => Folder.Dispose();

    protected Task<IRunningAttempt> StartAsync(string python) => Executor.StartAsync(
        new AttemptRequest
        {
            Id = new AttemptId(new TrialId(new RunId(new ProjectId("ports-000000"), "ports", 1), 1), 1),
            Command = new CommandSpec(["python3", "-c", python], IsShell: false),
            WorkingDirectory = Directory.CreateDirectory(Folder["work"]).FullName,
            Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal),
            LogPath = Folder["log"],
            StateDirectory = Folder["state"],
            Image = Image,
            Ports = [Port],
        },
        CancellationToken.None);

    protected Task<Stream> ConnectAsync(IRunningAttempt attempt, int port)
    {
        var id = new AttemptId(new TrialId(new RunId(new ProjectId("ports-000000"), "ports", 1), 1), 1);
        return Ports.ConnectAsync(new AttemptPort(id, port, Folder["state"], attempt.Handle, Image is not null), CancellationToken.None);
    }

    /// <summary>What is heard at a port by who says nothing, to its end.</summary>
    protected async Task<string> HearAsync(IRunningAttempt attempt, int port)
    {
        try
        {
            using var reader = new StreamReader(await ConnectAsync(attempt, port));
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<string> SayAsync(Stream stream, string line)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line));
        return await ReadAsync(stream, line.Length);
    }

    private static async Task<string> ReadAsync(Stream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes);
        return Encoding.ASCII.GetString(bytes);
    }
}
