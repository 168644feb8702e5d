using System.Diagnostics;
using System.Text.RegularExpressions;
using GradientCI.Cli.Tests.Faults;
using GradientCI.Runner.Git;
using GradientCI.Testing;
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
