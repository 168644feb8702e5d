using System.Diagnostics;

namespace GradientCI.Webhook.Tests.BareGit;

/// <summary>A real <c>git push</c> over HTTP, through <c>git http-backend</c>.</summary>
public sealed class HttpPushTests
{
    [Fact(Timeout = 60_000)]
    public async Task A_push_over_http_is_answered_with_merges_tags_forced_and_deleted_refs()
    {
        await using var stage = await PushStage.SetWithWorkerAsync(PushStage.Manifest + "    on: { push: { commits: all, branches: [\"**\"], tags: [\"v*\"] } }\n");
        using var server = Start(Path.GetDirectoryName(stage.Bare)!);
        stage.Work.Git("--git-dir", stage.Bare, "config", "http.receivepack", "true");
        stage.Work.Git("remote", "add", "origin", $"http://127.0.0.1:{await server.StandardOutput.ReadLineAsync()}/{Path.GetFileName(stage.Bare)}");
        stage.Work.Git("checkout", "--quiet", "-b", "side");
        stage.Commit("Side", ("side", "1"));
        stage.Work.Git("checkout", "--quiet", "main");
        stage.Commit("Main", ("main", "1"));
        stage.Work.Git("merge", "--quiet", "-m", "Merge", "side");
        stage.Work.Git("tag", "-a", "-m", "First", "v1");

        var first = await PushAsync(stage, "main", "v1", "side:gone");
        stage.Work.Git("reset", "--quiet", "--hard", "HEAD~1");
        stage.Commit("Other");
        var second = await PushAsync(stage, "--force", "main", ":gone");

        first.ShouldContain("remote: gradientci: digits#1 queued for main");
        second.ShouldContain("digits#8 queued for main");
        (await stage.RunsAsync()).Select(run => $"{run.Commit.RefName}: {run.Commit.Subject}").ShouldBe(
            ["main: Begin", "main: Main", "main: Side", "main: Merge", "gone: Begin", "gone: Side", "v1: Merge", "main: Other"], ignoreOrder: true);

        server.StandardInput.Close();
        await server.WaitForExitAsync();
    }

    private static async Task<string> PushAsync(PushStage stage, params string[] words)
    {
        var answer = await Shell.RunAsync(stage.Work.Path, "git", ["push", "origin", .. words], "", ("http_proxy", ""), ("no_proxy", "127.0.0.1"));
        answer.Code.ShouldBe(0, answer.All);
        return answer.Error;
    }

    private static Process Start(string root) => Process.Start(new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "Git", "http_backend.py"), root])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
