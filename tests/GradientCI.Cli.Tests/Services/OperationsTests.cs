using System.Diagnostics;
using System.Text.RegularExpressions;
using GradientCI.Cli.Tests.Faults;
using GradientCI.Runner.Git;
using GradientCI.Testing;
using GradientCI.Testing.Git;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Tests.Services;

/// <summary>What whoever keeps the machine asks of a real service.</summary>
public sealed partial class OperationsTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_service_measures_exactly_what_the_docs_name()
    {
        await using var stage = await ServiceStage.SetAsync();
        var sha = await stage.PushAsync("main");
        await stage.UntilAsync(() => stage.Repository.Status(sha, "gradientci/digits")?.State == "success");

        var text = await (await stage.Served.GetAsync("/metrics")).Content.ReadAsStringAsync();

        var told = Type().Matches(text).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal).ToList();
        var docs = await File.ReadAllTextAsync(Path.Combine(ProjectRoot.Path, "docs/operations.md"));
        var named = Name().Matches(docs).Select(match => match.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        told.ShouldBe(named);
        text.ShouldContain("gradientci_deliveries_total{event=\"push\",result=\"accepted\"} 1\n");
        text.ShouldContain("gradientci_deliveries_total{event=\"push\",result=\"done\"} 1\n");
        text.ShouldContain("gradientci_attempts_total{outcome=\"succeeded\"} 1\n");
        text.ShouldContain("gradientci_workers 1\n");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_push_to_a_bare_repository_is_taken_by_the_service_and_starts_no_other_worker()
    {
        using var work = ExampleRepository.Create();
        using var folder = new TemporaryFolder();
        using var served = new ServedFolder();
        work.Git("init", "--quiet", "--bare", folder["toys.git"]);
        await served.StartAsync();
        await using (var repository = await GitRepository.OpenAsync(folder["toys.git"], default))
        {
            await new PostReceiveHook(repository).InstallAsync(new Runner.DataFolder(served.Data), ["/usr/bin/env", "dotnet", typeof(CommandLine).Assembly.Location], default);
        }

        using var push = Process.Start(new ProcessStartInfo("git", ["push", folder["toys.git"], "main"]) { WorkingDirectory = work.Path, UseShellExecute = false, RedirectStandardError = true })!;
        var said = await push.StandardError.ReadToEndAsync();
        await UntilSaidAsync(served, "toy#1 passed");

        said.ShouldContain("gradientci: toy#1 queued for main at ");
        File.Exists(Path.Combine(served.Data, "worker.log")).ShouldBeFalse();
    }

    [Fact(Timeout = 120_000)]
    public async Task A_push_to_a_repository_of_another_machine_is_kept_while_the_service_is_away_and_run_when_it_is_back()
    {
        using var remote = await RemoteServer.StartAsync(token: "");
        using var served = new ServedFolder();
        using var cli = new GradientCliHost(remote.Work.Path);
        (await cli.TypeAsync("project", "add", remote.Url, "--data", served.Data)).ShouldEndWith(0).Out.ShouldContain($"is a project, fetched from {remote.Url}");
        await served.StartAsync();
        (await cli.TypeAsync("hook", "install", "--repo", remote.Bare, "--service", served.Address.ToString(), "--secret-file", served.HookSecretFile, "--clone-url", remote.Url)).ShouldEndWith(0);
        await UseOwnProgramAsync(remote.Bare);
        await served.KillAsync();
        remote.Commit("Train", ".gradient.yml", ServiceStage.Manifest);

        var said = Push(remote, "main");
        said.ShouldContain("could not be reached (ConnectionError). The push is kept here");
        (await cli.TypeAsync("hook", "flush", "--repo", remote.Bare)).ShouldEndWith(3);
        await served.StartAsync();
        (await cli.TypeAsync("hook", "install", "--repo", remote.Bare, "--service", served.Address.ToString(), "--secret-file", served.HookSecretFile, "--clone-url", remote.Url)).ShouldEndWith(0);
        (await cli.TypeAsync("hook", "flush", "--repo", remote.Bare)).ShouldEndWith(0).Out.ShouldBe("1 push told.\n");
        await UntilSaidAsync(served, "digits#1 passed");

        (await cli.TypeAsync("list", "--all", "--data", served.Data)).Out.ShouldContain($"digits#1  passed");
        (await cli.TypeAsync("doctor", "--data", served.Data)).Out.ShouldMatch("(?m)^answers +ok ");
        (await cli.TypeAsync("hook", "flush", "--repo", remote.Bare)).ShouldEndWith(0).Out.ShouldBe("No push waits.\n");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_paused_service_is_ready_and_says_that_it_is_paused()
    {
        using var served = new ServedFolder();
        await served.StartAsync();
        using var cli = new GradientCliHost(served.Data);
        (await cli.TypeAsync("pause", "--reason", "upgrade", "--data", served.Data)).ShouldEndWith(0);

        var text = await (await served.GetAsync("/readyz")).Content.ReadAsStringAsync();

        text.ShouldContain("\"trials\":\"Paused since ");
        text.ShouldContain("(upgrade)");
    }

    // Tests run in a host of their own, which the hook must not start.
    private static async Task UseOwnProgramAsync(string bare)
    {
        await using var repository = await GitRepository.OpenAsync(bare, default);
        await new PostReceiveHook(repository) { IsForRemoteService = true }
            .InstallAsync(RemoteService.SpoolOf(repository.HooksFolder), ["/usr/bin/env", "dotnet", typeof(CommandLine).Assembly.Location], default);
    }

    private static string Push(RemoteServer remote, string branch)
    {
        using var push = Process.Start(new ProcessStartInfo("git", ["push", remote.Bare, $"HEAD:refs/heads/{branch}"]) { WorkingDirectory = remote.Work.Path, UseShellExecute = false, RedirectStandardError = true })!;
        var said = push.StandardError.ReadToEnd();
        push.WaitForExit();
        push.ExitCode.ShouldBe(0, said);
        return said;
    }

    private static async Task UntilSaidAsync(ServedFolder served, string text)
    {
        while (!served.Said.Contains(text, StringComparison.Ordinal))
        {
            await served.Heard.WaitAsync();
        }
    }

    [GeneratedRegex(@"(?m)^# TYPE (gradientci_\w+) ")]
    private static partial Regex Type();

    [GeneratedRegex(@"gradientci_[a-z_]+")]
    private static partial Regex Name();
}
