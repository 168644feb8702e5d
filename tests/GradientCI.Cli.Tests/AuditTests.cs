using System.Text.Json.Nodes;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>What people do is written down with their name.</summary>
public sealed class AuditTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public AuditTests()
    {
        _cli = new GradientCliHost(_repository.Path) { Peculiar = terminal => terminal with { Person = "ada\u001b[31m@box" } };
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_did_what_is_listed_newest_first()
    {
        await _cli.TypeAsync("run");
        await _cli.TypeAsync("pin", "toy#1");
        await _cli.TypeAsync("pin", "toy#1", "--off");
        await _cli.TypeAsync("pause", "--reason", "a new disk");
        await _cli.TypeAsync("pause");
        await _cli.TypeAsync("resume");
        await _cli.TypeAsync("cancel", "toy#1");

        var lines = (await _cli.TypeAsync("audit")).ShouldEndWith(0).Out.TrimEnd('\n').Split('\n');

        lines.Length.ShouldBe(6, string.Join('\n', lines));
        foreach (var (line, what) in lines.Skip(1).Zip((string[])["resumed", "paused .* a new disk", "unpinned .*/toy#1", "pinned .*/toy#1", "started .*/toy#1 +[0-9a-f]{40}"]))
        {
            line.ShouldMatch($@"^\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d +ada \[31m@box +{what}");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Scripts_get_json_and_what_was_long_ago_is_left_out()
    {
        await _cli.TypeAsync("pause");

        var json = JsonNode.Parse((await _cli.TypeAsync("audit", "--json")).ShouldEndWith(0).Out)!;
        var later = _cli.Peculiar;
        _cli.Peculiar = terminal => later(terminal) with { Time = new ManualTimeProvider(DateTimeOffset.UtcNow.AddDays(8)) };
        var none = await _cli.TypeAsync("audit", "--since", "7d");

        json["schema"]!.GetValue<string>().ShouldBe("gradientci/audit/1");
        json["entries"]![0]!["action"]!.GetValue<string>().ShouldBe("paused");
        json["entries"]![0]!["who"]!.GetValue<string>().ShouldBe("ada\u001b[31m@box");
        none.ShouldEndWith(0).Out.ShouldStartWith("Nothing was done.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_restored_folder_knows_what_was_done_before_and_that_it_was_restored()
    {
        await _cli.TypeAsync("run");
        await _cli.TypeAsync("backup", Path.Combine(_cli.Data, "backup"));
        var restored = Path.Combine(_cli.Data, "restored");

        (await _cli.TypeAsync("restore", Path.Combine(_cli.Data, "backup"), "--data", restored)).ShouldEndWith(0);

        var log = (await _cli.TypeAsync("audit", "--data", restored)).Out;
        log.ShouldContain("restored");
        log.ShouldContain("started");
    }
}
