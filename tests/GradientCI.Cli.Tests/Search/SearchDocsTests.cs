using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Search;

/// <summary>Every exchange and every program of docs/search.md goes as the page says.</summary>
public sealed partial class SearchDocsTests : IDisposable
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ProjectRoot.Path, "docs", "search.md"));
    private readonly TemporaryFolder _folder = new();

    public SearchDocsTests()
    {
        File.WriteAllText(_folder[".gradient.yml"], Blocks("yaml").Single());
    }

    [Fact]
    public async Task Every_exchange_is_true()
    {
        using var cli = new GradientCliHost(_folder.Path);
        var lines = Blocks("exchange").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        cli.Input = Encoding.UTF8.GetBytes(string.Concat(lines.Where(line => line[0] == '→').Select(line => line[2..] + "\n")));

        var answers = (await cli.TypeAsync("search", "digits")).ShouldEndWith(0).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        answers.ShouldBe(lines.Where(line => line[0] == '←').Select(line => line[2..]));
    }

    [Fact(Timeout = 120_000)]
    public async Task The_program_prints_what_it_says()
    {
        (await RunAsync(Blocks("python").First())).ShouldBe(Blocks("output").Single());
    }

    [Fact(Timeout = 120_000)]
    public async Task Steps_are_told_as_it_says()
    {
        File.WriteAllText(_folder[".gradient.yml"], Blocks("yaml").Single().Replace("      seed: 1\n", "      seed: 1\n      pruner: asha\n").Replace("    constraints: { latency_ms: \"<= 20\" }\n", ""));
        var blocks = Blocks("python").ToArray();
        var classOnly = blocks[0][..(blocks[0].IndexOf("search = ", StringComparison.Ordinal))];

        var output = await RunAsync($"{classOnly}\nsearch = Search(\"digits\")\ntrain_one_epoch = lambda parameters: parameters[\"lr\"]\n{blocks[1]}\nprint(len(search.send(open=True)[\"proposals\"]))");

        output.ShouldBe("0\n");
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> RunAsync(string script)
    {
        var program = _folder["gradientci"];
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{typeof(CommandLine).Assembly.Location}' \"$@\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("python3", ["-c", script]) { WorkingDirectory = _folder.Path, UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using var python = Process.Start(start)!;
        var output = await python.StandardOutput.ReadToEndAsync();
        await python.WaitForExitAsync();
        python.ExitCode.ShouldBe(0);
        return output;
    }

    private static IEnumerable<string> Blocks(string language) =>
        Fence().Matches(Page).Where(match => match.Groups[1].Value == language).Select(match => match.Groups[2].Value);

    [GeneratedRegex("^```([^\n]*)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Fence();
}
