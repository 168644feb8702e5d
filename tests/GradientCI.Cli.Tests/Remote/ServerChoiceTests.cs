using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Remote;

/// <summary>When a service is asked, and what is said when that cannot be.</summary>
public sealed class ServerChoiceTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private RemoteStage _stage = null!;

    public async Task InitializeAsync() => _stage = await RemoteStage.SetAsync();

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task A_service_that_is_not_there_is_the_environments_failure()
    {
        var answer = (await _stage.HereAsync("list", "--server", "http://127.0.0.1:9")).ShouldEndWith(3);

        answer.Error.ShouldStartWith("error: The service at http://127.0.0.1:9/ cannot be reached: ");
        answer.Error.ShouldContain("hint: Check the address (--server, GRADIENTCI_SERVER)");
    }

    [Theory(Timeout = Patience)]
    [InlineData("", "This asks for a token.")]
    [InlineData("gci_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "The token is not known here.")]
    [InlineData("nonsense", "The token is not known here.")]
    [InlineData("two words", "What was given as a token is none.")]
    public async Task A_wrong_token_is_wrong_use(string token, string sentence)
    {
        _stage.Token = token;

        (await _stage.ThereAsync("list")).ShouldEndWith(2).Error.ShouldContain(sentence);
    }

    [Fact(Timeout = Patience)]
    public async Task A_token_may_lie_in_a_file()
    {
        using var folder = new TemporaryFolder();
        folder.Write("token", _stage.Token + "\n");

        (await _stage.HereAsync("list", "--server", _stage.Address, "--token-file", folder["token"])).ShouldEndWith(0);
        (await _stage.HereAsync("list", "--server", _stage.Address, "--token-file", folder["none"])).ShouldEndWith(3);
    }

    [Theory(Timeout = Patience)]
    [InlineData("schema --server http://127.0.0.1:9", "schema is about this machine, and no service runs it.")]
    [InlineData("hook status --server http://127.0.0.1:9", "hook status is about this machine, and no service runs it.")]
    [InlineData("list --server http://127.0.0.1:9 --data x", "--data is a folder of this machine")]
    [InlineData("list --server nonsense", "is no address of a service.")]
    [InlineData("list --server http://ada:secret@host", "is no address of a service.")]
    [InlineData("run --server http://127.0.0.1:9 --parallel 3", "--parallel has no meaning at a service.")]
    [InlineData("run --server http://127.0.0.1:9 --report x", "--report has no meaning at a service.")]
    [InlineData("logs toy#1 --path --server http://127.0.0.1:9", "--path has no meaning at a service.")]
    public async Task What_makes_no_sense_at_a_service_is_wrong_use(string line, string sentence) =>
        (await _stage.HereAsync(line.Split(' '))).ShouldEndWith(2).Error.ShouldContain(sentence);

    [Fact(Timeout = Patience)]
    public async Task A_variable_leaves_alone_what_is_about_this_machine()
    {
        (await _stage.ThereAsync("schema")).ShouldEndWith(0).Out.ShouldStartWith("{");
        (await _stage.ThereAsync("list", "--data", _stage.Data)).ShouldEndWith(0);
        (await _stage.ThereAsync("list", "--help")).ShouldEndWith(0).Out.ShouldContain("Usage:");
    }
}
