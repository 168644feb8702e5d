using System.Diagnostics;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>The scripts in the shells that they are for.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _path = new();
    private readonly GradientCliHost _cli;

    public CompletionTests()
    {
        _cli = new GradientCliHost(_repository.Path);
        var program = Path.Combine(AppContext.BaseDirectory, "gradientci.dll");
        File.WriteAllText(_path["gradientci"], $"#!/bin/sh\nexec dotnet {program} \"$@\"\n");
        File.SetUnixFileMode(_path["gradientci"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    [Fact(Timeout = 60_000)]
    public async Task Words_are_completed_from_commands_options_manifest_and_record()
    {
        (await SuggestAsync("gradientci ")).ShouldContain("watch");
        (await SuggestAsync("gradientci ")).ShouldNotContain(word => word.StartsWith('-') || word.StartsWith('/'));
        (await SuggestAsync("gradientci va")).ShouldBe(["validate"]);
        (await SuggestAsync("/usr/bin/gradientci export x --f")).ShouldBe(["--force"]);
        (await SuggestAsync("gradientci run t")).ShouldBe(["toy"]);
        (await SuggestAsync("gradientci completion ")).ShouldBe(["bash", "fish", "zsh"], ignoreOrder: true);
        (await SuggestAsync("gradientci show ")).ShouldBeEmpty("there is no record yet");
        Directory.GetFileSystemEntries(_cli.Data).ShouldBeEmpty("and none is made");

        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        (await SuggestAsync("gradientci show ")).ShouldBe(["toy#1", "toy", "latest"], ignoreOrder: true);
        (await SuggestAsync("gradientci logs toy#")).ShouldBe(["toy#1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_broken_record_completes_nothing_and_says_nothing()
    {
        Directory.CreateDirectory(_cli.Data);
        await File.WriteAllTextAsync(Path.Combine(_cli.Data, "gradientci.db"), "this is no database");

        (await SuggestAsync("gradientci show ")).ShouldBeEmpty();
    }

    [FactInShell("bash", Timeout = 60_000)]
    public Task The_script_works_in_bash() => CompletesAsync("bash", "", "COMP_LINE='gradientci va'; COMP_POINT=13; _gradientci; echo \"${COMPREPLY[@]}\"");

    [FactInShell("zsh", Timeout = 60_000)]
    public Task The_script_works_in_zsh() =>
        CompletesAsync("zsh", "compdef() { }\n", "words=(gradientci va) CURRENT=2 PREFIX=va; compadd() { echo $found }; _gradientci");

    [FactInShell("fish", Timeout = 60_000)]
    public Task The_script_works_in_fish() => CompletesAsync("fish", "", "complete --do-complete 'gradientci va'");

    private async Task CompletesAsync(string shell, string before, string completion)
    {
        var script = _path["script"];
        await File.WriteAllTextAsync(script, before + (await _cli.TypeAsync("completion", shell)).ShouldEndWith(0).Out);

        var start = new ProcessStartInfo(shell, ["-c", $"source {script}; {completion}"]) { WorkingDirectory = _repository.Path, UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["PATH"] = $"{_path.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        answer.Trim().ShouldBe("validate");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _path.Dispose();
        _repository.Dispose();
    }

    private async Task<string[]> SuggestAsync(string line)
    {
        var answer = await _cli.TypeAsync($"[suggest:{line.Length}]", line);
        answer.ShouldEndWith(0).Error.ShouldBeEmpty();
        return answer.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}

/// <summary>A fact that needs a shell, and is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactInShellAttribute : FactAttribute
{
    public FactInShellAttribute(string shell)
    {
        Skip = File.Exists($"/usr/bin/{shell}") ? null : $"{shell} is not installed";
    }
}
