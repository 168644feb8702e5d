using System.Diagnostics;
using System.Text.RegularExpressions;
using GradientCI.Cli.Tests.Faults;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Services;

/// <summary>What <c>docs/api.md</c> shows works against a real service.</summary>
public sealed partial class ApiDocsTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly ServedFolder _served = new();
    private readonly GradientCliHost _cli;

    public ApiDocsTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [FactWithCurl(Timeout = 240_000)]
    public async Task Every_block_of_the_page_works_one_after_the_other()
    {
        await RunTwiceAsync();
        var token = (await _cli.TypeAsync("token", "add", "docs", "--scope", "run", "--data", _served.Data)).ShouldEndWith(0).Out.Trim();
        await _served.StartAsync();
        var page = await File.ReadAllTextAsync(Path.Combine(ProjectRoot.Path, "docs", "api.md"));
        var script = string.Concat(Block().Matches(page).Select(match => match.Groups[1].Value));
        using var folder = new TemporaryFolder();

        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = folder.Path, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        (start.Environment["TOKEN"], start.Environment["SERVER"], start.Environment["PROJECT"]) = (token, _served.Address.ToString().TrimEnd('/'), await ProjectAsync());
        using var shell = Process.Start(start)!;
        var error = shell.StandardError.ReadToEndAsync();
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();

        shell.ExitCode.ShouldBe(0, $"{output}\n{await error}\n{_served.Said}");
        output.ShouldContain("training with lr=");
        (await File.ReadAllTextAsync(folder["weights.txt"])).ShouldNotBeEmpty();
    }

    public void Dispose()
    {
        _served.Dispose();
        _cli.Dispose();
        _repository.Dispose();
    }

    // What the page reads has ended well, what it retries has failed, and what it cancels goes on until then.
    private async Task RunTwiceAsync()
    {
        const string Train = "mkdir -p model && echo $1 > model/weights.txt\n[ $1 = 4 ] && exec sleep 60\n";
        _repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("toy", "digits") + "\n    artifacts: [\"model/**\"]\n");
        _repository.Write("train.sh", Train + ExampleRepository.Script(2));
        _repository.Commit("Call it digits");
        (await _cli.TypeAsync("run", "--data", _served.Data)).ShouldEndWith(0);
        _repository.Write("train.sh", Train + "[ $1 = 3 ] && exit 1\n" + ExampleRepository.Script(2));
        _repository.Commit("Break one");
        (await _cli.TypeAsync("run", "--data", _served.Data)).ShouldEndWith(1);
    }

    private async Task<string> ProjectAsync()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_served.Data, TimeProvider.System, CancellationToken.None);
        return (await store.ListProjectsAsync(CancellationToken.None)).Single().Id.Value;
    }

    [GeneratedRegex("^```sh no-test served\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}

/// <summary>A fact for machines that have curl.</summary>
public sealed class FactWithCurlAttribute : FactAttribute
{
    public FactWithCurlAttribute() => Skip = File.Exists("/usr/bin/curl") ? null : "needs curl";
}
