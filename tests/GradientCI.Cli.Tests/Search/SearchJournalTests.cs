using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GradientCI.Cli.Tests.Search;

/// <summary>A search that is taken up again.</summary>
public sealed class SearchJournalTests
{
    private const string Sweep = "{ parameters: { x: { float: [0, 1] } }, max-trials: 30, sampler: tpe }";

    private static readonly string[] Lines =
        ["""{"ask": 12}""", """{"tell": 3, "step": 1, "value": 2}""", .. Enumerable.Range(1, 11).Select(id => $$"""{"tell": {{id}}, "value": 0.{{id}}}"""), """{"ask": 2}"""];

    [Fact]
    public async Task It_goes_on_as_if_it_had_never_ended()
    {
        using var stage = new SearchStage(Sweep);
        var whole = await stage.SendAsync(Lines);

        var answers = new List<string>();
        foreach (var line in Lines)
        {
            answers.AddRange(await stage.SendAsync([line], "--journal", "search.jsonl"));
        }

        answers.ShouldBe(whole);
    }

    [Fact]
    public async Task What_was_half_written_was_never_answered()
    {
        using var stage = new SearchStage(Sweep);
        var whole = await stage.SendAsync(["""{"ask": 1}""", """{"ask": 1}"""], "--journal", "search.jsonl");
        var journal = File.ReadAllBytes(stage["search.jsonl"]);

        for (var length = 0; length <= journal.Length; length += 7)
        {
            File.WriteAllBytes(stage["search.jsonl"], journal[..length]);
            var left = JsonDocument.Parse((await stage.SendAsync(["""{"open": true}"""], "--journal", "search.jsonl"))[0]).RootElement.GetProperty("proposals").GetArrayLength();
            var asked = await stage.SendAsync([.. Enumerable.Repeat("""{"ask": 1}""", 2 - left)], "--journal", "search.jsonl");

            asked.ShouldBe(whole[left..]);
            File.ReadAllBytes(stage["search.jsonl"]).ShouldBe(journal);
        }
    }

    [Fact]
    public async Task Lines_that_were_refused_are_not_kept()
    {
        using var stage = new SearchStage(Sweep);

        await stage.SendAsync(["""{"tell": 1, "value": 1}""", "nonsense", """{"about": true}"""], "--journal", "search.jsonl");

        File.ReadAllText(stage["search.jsonl"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_journal_of_another_search_is_refused_and_left_alone()
    {
        using var stage = new SearchStage(Sweep);
        await stage.SendAsync(["""{"ask": 1}"""], "--journal", "search.jsonl");
        var journal = File.ReadAllBytes(stage["search.jsonl"]);

        var answer = await stage.TypeAsync([], "--journal", "search.jsonl", "--seed", "5");

        answer.ShouldEndWith(2).Error.ShouldContain("search.jsonl:1: the search would answer otherwise today than the journal says.");
        File.ReadAllBytes(stage["search.jsonl"]).ShouldBe(journal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_search_that_was_killed_between_two_lines_goes_on_with_the_proposals_that_it_would_have_made()
    {
        using var stage = new SearchStage(Sweep);
        var whole = await stage.SendAsync(Lines);

        using var first = Start(stage);
        var answers = new List<string>();
        foreach (var line in Lines[..8])
        {
            await first.StandardInput.WriteLineAsync(line);
            await first.StandardInput.FlushAsync();
            answers.Add((await first.StandardOutput.ReadLineAsync())!);
        }

        (await stage.TypeAsync([], "--journal", "search.jsonl")).ShouldEndWith(3).Error.ShouldContain("Let only one search use it at a time.");
        using (var kill = Process.Start("kill", ["-TERM", first.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await first.WaitForExitAsync();
        first.ExitCode.ShouldBe(143);
        answers.AddRange(await stage.SendAsync(Lines[8..], "--journal", "search.jsonl"));
        answers.ShouldBe(whole);
    }

    private static Process Start(SearchStage stage) => Process.Start(new ProcessStartInfo(
        "dotnet", [typeof(CommandLine).Assembly.Location, "search", "toy", "--journal", "search.jsonl"])
    {
        WorkingDirectory = stage.Folder,
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        StandardInputEncoding = new UTF8Encoding(false),
    })!;
}
