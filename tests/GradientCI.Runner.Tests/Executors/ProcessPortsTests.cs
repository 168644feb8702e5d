using System.Net;
using System.Net.Sockets;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Processes;
using GradientCI.Testing.Contracts;

namespace GradientCI.Runner.Tests.Executors;

public sealed class ProcessPortsTests : AttemptPortsContract
{
    protected override ITrialExecutor Executor { get; } = new ProcessExecutor(TimeProvider.System);

    protected override IAttemptPorts Ports { get; } = new ProcessPorts();

    protected override string? Image => null;

    [Fact(Timeout = Limit)]
    public async Task Only_what_was_handed_out_is_connected_to()
    {
        using var foreign = new TcpListener(IPAddress.Loopback, 0);
        foreign.Start();
        var port = ((IPEndPoint)foreign.LocalEndpoint).Port;
        await using var attempt = await StartAsync("pass");
        await attempt.Completion;

        (await HearAsync(attempt, port)).ShouldBeEmpty();
        Folder.Write("state/ports", $"6006 {port}\n");
        (await HearAsync(attempt, 6006)).ShouldBeEmpty();

        foreign.Pending().ShouldBeFalse();
    }

    [Fact]
    public void No_port_is_handed_out_twice_in_a_row_nor_while_somebody_listens_at_it()
    {
        var ports = new HandedPorts();
        Directory.CreateDirectory(Folder["one"]);
        var first = ports.HandOut([80, 443], Folder["one"]);
        using var listener = new TcpListener(IPAddress.Loopback, first[1] == 29_999 ? 20_000 : first[1] + 1);
        listener.Start();

        var second = ports.HandOut([80], Folder["one"]);

        first.Concat(second).ShouldBeUnique();
        second.ShouldNotContain(((IPEndPoint)listener.LocalEndpoint).Port);
        HandedPorts.Find(Folder["one"], 80).ShouldBe(second[0]);
        HandedPorts.Find(Folder["one"], 8).ShouldBeNull();
    }
}
