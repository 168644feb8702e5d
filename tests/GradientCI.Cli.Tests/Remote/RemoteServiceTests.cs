using System.Text;
using GradientCI.Cli.Tests.Faults;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Remote;

/// <summary>A real service, and somebody who works with it from elsewhere.</summary>
public sealed class RemoteServiceTests : IAsyncLifetime, IDisposable
{
    private const int Patience = 180_000;
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly ServedFolder _served = new();
    private readonly TemporaryFolder _signs = new();
    private GradientCliHost _there = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        _there = new GradientCliHost(_repository.Path) { Peculiar = Remote };

        // The service knows the project, and nothing of what is run here.
        (await HereAsync(_served.Data, "run")).ShouldEndWith(0);
        _token = (await HereAsync(_served.Data, "token", "add", "ada", "--scope", "run")).ShouldEndWith(0).Out.Trim();
        await _served.StartAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _served.Dispose();
        _there.Dispose();
        _signs.Dispose();
        _repository.Dispose();
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_at_a_service_ends_as_one_here_does()
    {
        using var other = new TemporaryFolder();
        _repository.Write("train.sh", ExampleRepository.Script(1) + "\n[ \"$1\" != 2 ]");
        _repository.Commit("Fail in the middle");
        (await HereAsync(other.Path, "run", "--commit", "HEAD^")).ShouldEndWith(0);

        var (here, there) = (await HereAsync(other.Path, "run"), await _there.TypeAsync("run"));

        there.ShouldEndWith(1);
        Lasting(there.Out, _served.Data).ShouldBe(Lasting(here.Out, other.Path));
        there.Error.ShouldContain("toy#2.2  failed");
    }

    [Fact(Timeout = Patience)]
    public async Task What_a_trial_prints_is_read_while_it_runs_and_cancelling_ends_it()
    {
        WaitForASign();
        var run = (await _there.TypeAsync("run", "--detach", "--set", "lr=1")).ShouldEndWith(0).Out.Trim();
        run.ShouldBe("toy#2");

        using var bytes = new ListeningStream("waiting for a sign");
        var watch = _there.TypeAsync("watch", run);
        await StartedAsync();
        _there.Peculiar = terminal => Remote(terminal) with { OpenOut = () => bytes };
        var logs = _there.TypeAsync("logs", run, "-f");
        await bytes.Heard;
        logs.IsCompleted.ShouldBeFalse();
        (await _there.TypeAsync("cancel", run)).ShouldEndWith(0).Out.ShouldBe("toy#2 is cancelled.\n");

        (await logs).ShouldEndWith(0);
        (await watch).ShouldEndWith(130).Out.ShouldStartWith("toy#2  cancelled");
    }

    [Fact(Timeout = Patience)]
    public async Task A_retry_at_a_service_is_driven_there_and_seen_here()
    {
        _repository.Write("train.sh", ExampleRepository.Script(2) + $"\n[ -e {_signs.Path}/go ]");
        _repository.Commit("Fail without a sign");
        (await _there.TypeAsync("run", "--json")).ShouldEndWith(1).Out.ShouldStartWith("{");
        _signs.Write("go", "");

        var retried = (await _there.TypeAsync("retry", "toy#2")).ShouldEndWith(0);

        retried.Out.ShouldStartWith("toy#2  passed");
        (await _there.TypeAsync("retry", "toy#2")).ShouldEndWith(2).Error.ShouldContain("has nothing to try again");
    }

    [Fact(Timeout = Patience)]
    public async Task A_service_that_dies_is_told_and_its_runs_go_on_when_it_is_back()
    {
        WaitForASign();
        var run = _there.TypeAsync("run", "--set", "lr=1");
        await StartedAsync();

        await _served.KillAsync();
        (await run).ShouldEndWith(3).Error.ShouldContain("error: The service at http://127.0.0.1:");
        (await _there.TypeAsync("watch")).ShouldEndWith(3).Error.ShouldContain("cannot be reached");
        await _served.StartAsync();
        _signs.Write("go", "");

        (await _there.TypeAsync("watch")).ShouldEndWith(0).Out.ShouldStartWith("toy#2  passed");
    }

    [Fact(Timeout = Patience)]
    public async Task A_service_that_is_told_to_leave_does_not_wait_for_those_who_look_on()
    {
        WaitForASign();
        var run = _there.TypeAsync("run", "--set", "lr=1");
        await StartedAsync();

        (await _served.TerminateAsync()).ShouldBe(0);

        (await run).Code.ShouldNotBe(0);
        _signs.Write("go", "");
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_that_the_service_does_not_have_is_told_to_be_pushed()
    {
        using var clones = new TemporaryFolder();
        _repository.Git("clone", "--quiet", _repository.Path, clones["clone"]);
        _there.Directory = clones["clone"];
        _repository.Git("-C", clones["clone"], "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--quiet", "--allow-empty", "-m", "Stay at home");

        (await _there.TypeAsync("run")).ShouldEndWith(2).Error.ShouldContain("hint: Push it");
    }

    // What differs from run to run: folders and times.
    private static string Lasting(string text, string data) =>
        System.Text.RegularExpressions.Regex.Replace(text.Replace(data, "DATA", StringComparison.Ordinal), @"\d+\.\d+ s|\d+:\d\d", "TIME");

    private Terminal Remote(Terminal terminal)
    {
        var variable = terminal.Variable;
        return terminal with { Variable = name => name switch { "GRADIENTCI_SERVER" => _served.Address.ToString(), "GRADIENTCI_TOKEN" => _token, _ => variable(name) } };
    }

    private async Task<CliAnswer> HereAsync(string data, params string[] words)
    {
        using var cli = new GradientCliHost(_repository.Path);
        return await cli.TypeAsync([.. words, "--data", data]);
    }

    private void WaitForASign()
    {
        _repository.Write("train.sh", ExampleRepository.Script(9) + $"""

            echo waiting for a sign
            echo $1 >> {_signs.Path}/started
            while [ ! -e {_signs.Path}/go ]; do sleep 0.1; done
            """);
        _repository.Commit("Wait for a sign");
    }

    private Task<string> StartedAsync() => Testing.Executors.FileArrival.WaitForAsync(_signs["started"], "1");

    private sealed class ListeningStream(string text) : MemoryStream
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Heard => _heard.Task;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await base.WriteAsync(buffer, cancellationToken);
            if (Encoding.UTF8.GetString(GetBuffer().AsSpan(0, (int)Length)).Contains(text, StringComparison.Ordinal))
            {
                _heard.TrySetResult();
            }
        }
    }
}
