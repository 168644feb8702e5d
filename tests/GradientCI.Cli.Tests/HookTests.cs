using System.Diagnostics;
using GradientCI.Runner.Git;
using GradientCI.Testing;
using GradientCI.Testing.Executors;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Tests;

/// <summary>From <c>git push</c> to the note at the commit, with the real program.</summary>
public sealed class HookTests : IDisposable
{
    private readonly TestRepository _work = ExampleRepository.Create();
    private readonly TemporaryFolder _folder = new();
    private readonly GradientCliHost _cli;

    public HookTests()
    {
        _cli = new GradientCliHost(_work.Path);
        _work.Git("init", "--quiet", "--bare", Bare);
    }

    private string Bare => _folder["toys.git"];

    [Fact(Timeout = 120_000)]
    public async Task A_push_starts_a_worker_that_runs_it_notes_the_result_and_ends()
    {
        await using (var repository = await GitRepository.OpenAsync(Bare, default))
        {
            await new PostReceiveHook(repository).InstallAsync(
                new Runner.DataFolder(_cli.Data), ["/usr/bin/env", "dotnet", typeof(CommandLine).Assembly.Location], default);
        }

        var answer = await PushAsync();

        answer.ShouldContain("gradientci: toy#1 queued for main at ");
        var log = await FileArrival.WaitForAsync(Path.Combine(_cli.Data, "worker.log"), "toy#1 passed: ");
        log.ShouldContain("toy#1.3 succeeded");
        _work.Git("--git-dir", Bare, "log", "--notes=gradientci", "main").ShouldContain("toy#1 passed: score 6, 1 of 1 checks passed, 3 trials in ");
        (await _cli.TypeAsync("list", "--repo", Bare)).Out.ShouldContain("toy#1");
        await WorkerEndedAsync();
    }

    [Fact(Timeout = 60_000)]
    public async Task Install_status_and_uninstall_say_what_they_do()
    {
        (await _cli.TypeAsync("hook", "status", "--repo", Bare)).ShouldEndWith(3).Error.ShouldStartWith("problem: The hook is not installed.");

        var installed = (await _cli.TypeAsync("hook", "install", "--repo", Bare)).ShouldEndWith(0);
        var status = (await _cli.TypeAsync("hook", "status", "--repo", Bare)).ShouldEndWith(0);
        Directory.Delete(Path.Combine(_cli.Data, "inbox"));
        var broken = (await _cli.TypeAsync("hook", "status", "--repo", Bare)).ShouldEndWith(3);
        var removed = (await _cli.TypeAsync("hook", "uninstall", "--repo", Bare)).ShouldEndWith(0);

        installed.Out.ShouldContain($"What is pushed to {Bare} is recorded in {_cli.Data}");
        status.Out.ShouldContain($"Data folder: {_cli.Data}");
        broken.Error.ShouldContain("hint: Run gradientci hook install --repo ");
        removed.Out.ShouldContain("start nothing any more");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _work.Dispose();
        _folder.Dispose();
    }

    private async Task<string> PushAsync()
    {
        using var push = Process.Start(new ProcessStartInfo("git", ["push", Bare, "main"]) { WorkingDirectory = _work.Path, UseShellExecute = false, RedirectStandardError = true })!;
        var said = await push.StandardError.ReadToEndAsync();
        await push.WaitForExitAsync();
        push.ExitCode.ShouldBe(0, said);
        return said;
    }

    // A lock that waits, not one that asks again and again.
    private async Task WorkerEndedAsync()
    {
        using var flock = Process.Start("flock", ["-x", Path.Combine(_cli.Data, "worker.lock"), "true"]);
        await flock.WaitForExitAsync();
    }
}
