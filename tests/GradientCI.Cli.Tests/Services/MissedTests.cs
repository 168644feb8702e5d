using GradientCI.Webhook.Intake;

namespace GradientCI.Cli.Tests.Services;

/// <summary>What happened at GitHub while the real service was dead, or was never told.</summary>
public sealed class MissedTests
{
    private const string Manifest = """
        version: 1
        experiments:
          digits:
            command: "true"
            on: { push: { branches: ["**"], tags: ["**"] }, pull_request: true }
        """;

    [Fact(Timeout = 120_000)]
    public async Task What_was_pushed_while_the_service_was_dead_has_runs_once_it_lives_and_nothing_has_two()
    {
        await using var stage = await ServiceStage.SetAsync(Manifest);
        var hook = stage.Repository.AddHook("http://ci.example" + DeliveryEndpoint.Path);
        stage.Repository.Permissions["gradientci-bot"] = "admin";
        List<string> heads = [await stage.PushAsync("main")];
        await HearAsync(stage, "what is pushed from now on is not missed");
        await stage.Served.KillAsync();

        stage.GitHub.AddDelivery(hook, "lost", 502);
        foreach (var branch in (string[])["one", "two", "three"])
        {
            heads.Add(stage.Remote.Commit($"Push {branch}"));
            stage.Remote.Push($"HEAD:refs/heads/{branch}");
        }

        foreach (var tag in (string[])["v1", "v2", "v3", "v4"])
        {
            heads.Add(stage.Remote.Commit($"Tag {tag}"));
            stage.Remote.Work.Git("tag", tag);
        }

        stage.Remote.Push("refs/tags/v1", "refs/tags/v2", "refs/tags/v3", "refs/tags/v4");
        heads.Add(stage.Remote.Commit("Pull"));
        stage.Remote.Push("HEAD:refs/pull/7/head");
        stage.Repository.AddPullRequest(7, heads[^1], heads[0]);
        await stage.Served.StartAsync();

        while ((await stage.RunsAsync()).Count < heads.Count)
        {
            await stage.Served.Heard.WaitAsync(TimeSpan.FromMilliseconds(100));
        }

        (await stage.RunsAsync()).Select(run => run.Commit.Sha.Value).ShouldBe(heads, ignoreOrder: true);
        await stage.UntilAsync(() => hook.Redelivered.Contains("lost"));
        (await stage.Served.TerminateAsync()).ShouldBe(0, stage.Served.Said);

        // Nothing is new to the next one.
        await stage.Served.StartAsync();
        await stage.UntilAsync(() => stage.GitHub.Calls.Count(call => call.Path.Contains("/deliveries?", StringComparison.Ordinal)) >= 2);
        await stage.Served.TerminateAsync();
        (await stage.RunsAsync()).Count.ShouldBe(heads.Count);
    }

    private static async Task HearAsync(ServiceStage stage, string what)
    {
        while (!stage.Served.Said.Contains(what, StringComparison.Ordinal))
        {
            await stage.Served.Heard.WaitAsync(TimeSpan.FromMilliseconds(100));
        }
    }
}
