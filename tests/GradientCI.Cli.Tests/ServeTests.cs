using GradientCI.Runner;
using GradientCI.Runner.Linux;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GradientCliHost _cli;

    public ServeTests()
    {
        _cli = new GradientCliHost(_folder.Path);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Without_a_webhook_secret_nothing_is_served()
    {
        var answer = (await _cli.TypeAsync("serve", "--urls", "http://127.0.0.1:0")).ShouldEndWith(2);

        answer.Error.ShouldStartWith("error: There is no webhook secret");
        answer.Error.ShouldContain($"hint: Settings are read from {Path.Combine(_cli.Data, "appsettings.json")}");
        Directory.EnumerateFileSystemEntries(_cli.Data).ShouldBeEmpty();
    }

    [Fact]
    public async Task All_settings_that_are_wrong_are_told_at_once()
    {
        _folder.Write("service.json", """{"WebhookSecrets": ["short"], "Urls": "nonsense", "GitHub": {"ApiUrl": "http://api.github.com"}}""");

        var answer = (await _cli.TypeAsync("serve", "--config", "service.json", "--public-url", "nowhere")).ShouldEndWith(2);

        answer.Error.Split('\n').Count(line => line.StartsWith("error: ", StringComparison.Ordinal)).ShouldBe(5);
    }

    [Fact]
    public async Task Settings_that_were_named_and_are_not_there_are_told()
    {
        (await _cli.TypeAsync("serve", "--config", "none.json")).ShouldEndWith(2).Error.ShouldContain($"{_folder["none.json"]} could not be read: it is not there.");
    }

    [Fact]
    public async Task The_link_to_all_runs_is_printed_and_stays_the_same()
    {
        var token = _folder.Write("token", "ghp_nobody");
        _folder.Write("service.json", $$"""{ "WebhookSecrets": ["0123456789abcdef"], "PublicUrl": "https://ci.example.org/ml", "GitHub": { "TokenFile": "{{token}}" } }""");

        var first = (await _cli.TypeAsync("serve", "--config", "service.json", "--print-link")).ShouldEndWith(0);
        var second = (await _cli.TypeAsync("serve", "--config", "service.json", "--print-link")).ShouldEndWith(0);

        first.Out.ShouldMatch(@"^https://ci\.example\.org/ml/\?sig=[A-Za-z0-9_-]{43}\n$");
        second.Out.ShouldBe(first.Out);
    }

    [Fact]
    public async Task A_data_folder_has_one_service()
    {
        _folder.Write("service.json", """{"WebhookSecrets": ["0123456789abcdef"], "Urls": "http://127.0.0.1:0", "GitHub": {"Token": "ghp_x"}}""");
        using var other = FileLock.TryTake(new DataFolder(_cli.Data).ServiceLock);

        var answer = await _cli.TypeAsync("serve", "--config", "service.json");

        answer.ShouldEndWith(3).Error.ShouldStartWith($"error: Another service runs on the data folder {_cli.Data}.");
    }
}
