using System.Diagnostics;
using System.Text.RegularExpressions;
using GradientCI.Specs;

namespace GradientCI.Runner.Tests.Ingestion;

/// <summary>Every example of docs/metrics.md gives the points that stand behind it.</summary>
public sealed partial class MetricsPageTests
{
    private static readonly string[] Inputs = ["python", "log", "log pattern=val_acc", "csv", "jsonl"];

    [Fact]
    public void Every_example_is_followed_by_its_points()
    {
        var blocks = Blocks();

        blocks.Select(block => block.Language).Except([.. Inputs, "points", "yaml"], StringComparer.Ordinal).ShouldBeEmpty();
        foreach (var input in Inputs)
        {
            blocks.ShouldContain(block => block.Language == input);
        }

        blocks.Zip(blocks.Skip(1)).Where(pair => Inputs.Contains(pair.First.Language, StringComparer.Ordinal))
            .ShouldAllBe(pair => pair.Second.Language == "points");
    }

    public static TheoryData<string, string, string> Examples
    {
        get
        {
            var blocks = Blocks();
            var data = new TheoryData<string, string, string>();
            foreach (var (input, points) in blocks.Zip(blocks.Skip(1)).Where(pair => pair.Second.Language == "points"))
            {
                data.Add(input.Language, input.Text, points.Text);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_gives_its_points(string language, string text, string expected)
    {
        var file = $"example.{language}";
        var isFile = language is "csv" or "jsonl";
        using var bench = new IngestionBench
        {
            Sources = new()
            {
                Files = isFile ? [file] : [],
                Patterns = language.EndsWith("val_acc", StringComparison.Ordinal) ? [new MetricPattern("val_acc", PatternOfThePage())] : [],
            },
        };
        var ingestion = await bench.StartAsync();

        if (isFile)
        {
            bench.Write(file, text);
        }
        else
        {
            bench.Append(language == "python" ? await RunAsync(text) : text);
        }

        await ingestion.CompleteAsync();

        bench.Points.ShouldBe(expected.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string PatternOfThePage() =>
        YamlPattern().Match(Blocks().First(block => block.Text.Contains("pattern:", StringComparison.Ordinal)).Text).Groups["pattern"].Value;

    private static async Task<string> RunAsync(string script)
    {
        var start = new ProcessStartInfo("python3") { UseShellExecute = false, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        using var python = Process.Start(start)!;
        var output = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        python.ExitCode.ShouldBe(0);
        return output;
    }

    private static List<(string Language, string Text)> Blocks()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "GradientCI.sln")))
        {
            root = root.Parent;
        }

        var page = File.ReadAllText(Path.Combine(root.FullName, "docs", "metrics.md"));
        return [.. Fence().Matches(page).Select(match => (match.Groups["language"].Value, match.Groups["text"].Value))];
    }

    [GeneratedRegex("^```(?<language>[^\n]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Fence();

    [GeneratedRegex("pattern: '(?<pattern>[^']+)'", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex YamlPattern();
}
