using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Api;

namespace GradientCI.Cli.Tests.Remote;

/// <summary>Commands at a service that go on for as long as a trial does.</summary>
public sealed class LongCommandTests : IAsyncLifetime
{
    private const int Patience = 120_000;
    private static readonly CancellationToken None = CancellationToken.None;

    private RemoteStage _stage = null!;
    private AttemptId _attempt;

    private string Log => new DataFolder(_stage.Data).Log(_attempt);

    public async Task InitializeAsync()
    {
        _stage = await RemoteStage.SetAsync();
        var run = await _stage.Store.AddRunAsync(trials: 3);
        _attempt = await _stage.Store.StartAsync(new TrialId(run.Id, 2));
        Directory.CreateDirectory(Path.GetDirectoryName(Log)!);
        await File.WriteAllTextAsync(Log, "first\n");
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task A_log_is_followed_with_one_request_and_read_as_it_is_here()
    {
        using var here = new ListeningStream();
        using var there = new ListeningStream();
        _stage.Peculiar = terminal => terminal with { OpenOut = () => here };
        var followed = _stage.HereAsync("logs", "digits#1.2", "-f");
        _stage.Peculiar = terminal => terminal with { OpenOut = () => there };
        var followedThere = _stage.ThereAsync("logs", "digits#1.2", "-f");
        foreach (var piece in new[] { "half a li", "ne\n", "\u001b[31mred\r\n", new string('ä', 50_000), "\nlast, without an end" })
        {
            await Task.WhenAll(here.HearAsync(Log), there.HearAsync(Log));
            await File.AppendAllTextAsync(Log, piece);
        }

        await _stage.Store.EndAsync(_attempt);
        (await followed).ShouldEndWith(0);
        (await followedThere).ShouldEndWith(0);

        here.ToArray().ShouldBe(await File.ReadAllBytesAsync(Log));
        there.ToArray().ShouldBe(here.ToArray());
        _stage.Requests.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_is_watched_with_one_request()
    {
        var watched = _stage.ThereAsync("watch", "digits#1", "--json");
        while (_stage.Requests == 0)
        {
            await Task.Yield();
        }

        await EndRunAsync();

        (await watched).Out.ShouldContain("\"state\":\"cancelled\"");
        _stage.Requests.ShouldBe(1);
    }

    [Fact(Timeout = Patience)]
    public async Task A_command_ends_with_its_token()
    {
        _stage.Token = await _stage.AddTokenAsync(AccessScope.Read, name: "ada");
        using var bytes = new ListeningStream();
        _stage.Peculiar = terminal => terminal with { OpenOut = () => bytes };
        var followed = _stage.ThereAsync("logs", "digits#1.2", "-f");
        await bytes.HearAsync(Log);

        (await _stage.Store.RemoveTokenAsync("ada", StoreSamples.Ada, None)).ShouldBeTrue();
        _stage.TokenTime.Advance(TimeSpan.FromSeconds(15));

        (await followed).ShouldEndWith(2).Error.ShouldBe("error: The token ada was removed meanwhile, or has expired.\nhint: Ask for another one: gradientci token add NAME\n");
    }

    [Fact(Timeout = Patience)]
    public async Task Watching_ends_with_the_token_and_the_run_goes_on()
    {
        _stage.Token = await _stage.AddTokenAsync(AccessScope.Read, name: "ada");
        var watched = _stage.ThereAsync("watch", "digits#1");
        while (_stage.TokenTime.NextDue is null)
        {
            // Not let in yet.
            await Task.Yield();
        }

        await _stage.Store.RemoveTokenAsync("ada", StoreSamples.Ada, None);
        _stage.TokenTime.Advance(TimeSpan.FromSeconds(15));

        (await watched).ShouldEndWith(2).Error.ShouldContain("error: The token ada was removed meanwhile, or has expired.");
        (await _stage.Store.FindRunAsync(_attempt.Trial.Run, None))!.HasEnded.ShouldBeFalse();
    }

    private async Task EndRunAsync()
    {
        await _stage.Store.EndAsync(_attempt);
        foreach (var number in new[] { 1, 3 })
        {
            await _stage.Store.UpdateTrialAsync(new TrialUpdate(new TrialId(_attempt.Trial.Run, number), TrialState.Queued, TrialState.Cancelled), None);
        }

        await _stage.Store.UpdateRunAsync(new RunUpdate(_attempt.Trial.Run, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon), None);
        await _stage.Store.MarkAnnouncedAsync(_attempt.Trial.Run, None);
    }

    /// <summary>Knows when all of a file has come.</summary>
    private sealed class ListeningStream : MemoryStream
    {
        private readonly SemaphoreSlim _written = new(0);

        public async Task HearAsync(string path)
        {
            while (Length < new FileInfo(path).Length)
            {
                await _written.WaitAsync();
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await base.WriteAsync(buffer, cancellationToken);
            _written.Release();
        }
    }
}
