using System.Diagnostics;
using System.Text.RegularExpressions;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>The line that <c>show</c> prints, pasted into a shell, runs the best trial again.</summary>
public sealed partial class ReproductionTests : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly GradientCliHost _cli;

    public ReproductionTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("\"adam\"")]
    [InlineData("\"it's; $(touch pwned) `id` \\\"&|\\\\\"")]
    [InlineData("\"  two  blanks \"")]
    [InlineData("\"tab\\tand\\nline\\e[2J\"")]
    [InlineData("\"größe 😀 \\u202Eevil\"")]
    [InlineData("\"--no-cache\"")]
    public async Task Hostile_values_arrive_as_they_were(string value)
    {
        _repository.Write(".gradient.yml", $$$"""
            version: 1
            experiments:
              toy:
                command: ["sh", "train.sh", "${{ name }}", "${{ lr }}"]
                sweep:
                  parameters: { name: [{{{value}}}], lr: [0.5, 1.0] }
                objective: { maximize: score }
            """);
        _repository.Write("train.sh", "echo \"{\\\"chart\\\": \\\"score\\\", \\\"y\\\": $2}\"");
        _repository.Commit("Have a name");
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        var shown = (await _cli.TypeAsync("show", "toy#1")).ShouldEndWith(0).Out;
        var line = shown.Split('\n').Single(each => each.StartsWith("  gradientci run toy --commit ", StringComparison.Ordinal));

        (await _cli.TypeAsync(Words(line))).ShouldEndWith(0);

        var best = Best().Match(shown).Groups[1].Value;
        var (then, now) = (await ShownAsync(best), await ShownAsync("toy#2.1"));
        now["fingerprint"].ShouldBe(then["fingerprint"]);
        now["seed"].ShouldBe(then["seed"]);
        line.ShouldAllBe(each => each >= ' ' && each <= '~');
        await ManifestFragmentRunsAsync(shown, then["fingerprint"]);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    // The fragment in place of the sweep gives the same parameters, though another fingerprint has the sweep's seed in it.
    private async Task ManifestFragmentRunsAsync(string shown, string fingerprint)
    {
        var lines = shown[(shown.IndexOf("parameters and sweep:\n", StringComparison.Ordinal) + "parameters and sweep:\n".Length)..].TrimEnd().Split('\n');
        _repository.Write(".gradient.yml", $$$"""
            version: 1
            experiments:
              toy:
                command: ["sh", "train.sh", "${{ name }}", "${{ lr }}"]
            {{{string.Join('\n', lines.Select(line => "  " + line))}}}
                objective: { maximize: score }
            """);
        _repository.Commit("Fix the best");
        (await _cli.TypeAsync("run", "--no-cache")).ShouldEndWith(0);
        (await ShownAsync("toy#3.1"))["fingerprint"].ShouldBe(fingerprint);
    }

    private async Task<Dictionary<string, string>> ShownAsync(string trial) => (await _cli.TypeAsync("show", trial)).ShouldEndWith(0).Out.Split('\n')
        .Select(line => line.Trim().Split("  ", 2))
        .Where(pair => pair is [("fingerprint" or "seed"), _])
        .ToDictionary(pair => pair[0], pair => pair[1].Trim().Split(' ')[0]);

    [GeneratedRegex(@"\((toy#1\.[12])\)", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Best();

    // What bash makes of the line.
    private static string[] Words(string line)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", $"gradientci() {{ printf '%s\\0' \"$@\"; }}; {line}"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var words = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return words.Split('\0')[..^1];
    }
}
