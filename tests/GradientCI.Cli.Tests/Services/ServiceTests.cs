using System.Net;
using System.Text;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Testing;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Git;

namespace GradientCI.Cli.Tests.Services;

/// <summary>From a delivery to the answer, through the real service, real git and real trials.</summary>
public sealed class ServiceTests
{
    [Fact(Timeout = 120_000)]
    public async Task A_push_becomes_a_run_and_its_answer_statuses_that_lead_to_the_report()
    {
        // A run that ends before it is first told of is told of once, so that this one waits.
        using var folder = new TemporaryFolder();
        await using var stage = await ServiceStage.SetAsync(ServiceStage.Manifest.Replace("echo", $"until [ -e '{folder["told"]}' ]; do sleep 0.05; done; echo"));

        var sha = await stage.PushAsync("main");
        await stage.UntilAsync(() => stage.Repository.Status(sha, "gradientci/digits")?.State == "pending");
        folder.Write("told", "");
        await stage.UntilAsync(() => stage.Repository.Status(sha, "gradientci/digits/acc") is not null);

        stage.Repository.Statuses.Where(status => status.Context == "gradientci/digits").Select(status => status.State).Distinct().ShouldBe(["pending", "success"]);
        var (answer, check) = (stage.Repository.Status(sha, "gradientci/digits")!, stage.Repository.Status(sha, "gradientci/digits/acc")!);
        answer.Description.ShouldContain("0.93");
        (check.State, check.Description).ShouldBe(("success", "0.93 ≥ 0.9"));
        (await stage.RunsAsync()).ShouldHaveSingleItem().State.ShouldBe(RunState.Finished);

        var page = new Uri(answer.TargetUrl!);
        page.GetLeftPart(UriPartial.Authority).ShouldBe("http://ci.example");
        (await (await stage.Served.GetAsync(page.PathAndQuery)).Content.ReadAsStringAsync()).ShouldContain("digits#1");
        (await stage.Served.GetAsync(page.AbsolutePath)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stage.Served.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await stage.Served.TerminateAsync()).ShouldBe(0, stage.Served.Said);
        RemoteServer.Secrets.ShouldAllBe(secret => !stage.Served.Said.Contains(secret, StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pull_request_gets_one_comment_that_is_edited_when_its_head_moves()
    {
        await using var stage = await ServiceStage.SetAsync();
        stage.Remote.Work.Git("checkout", "--quiet", "-b", "topic");
        stage.Remote.Commit("Train longer");

        var first = await stage.PullAsync("opened");
        await stage.UntilAsync(() => stage.Repository.Comments.Any(comment => comment.Body.Contains("0.93", StringComparison.Ordinal)));
        stage.Remote.Commit("Train even longer");
        var second = await stage.PullAsync("synchronize");
        await stage.UntilAsync(() => stage.Repository.Comments.Any(comment =>
            comment.Body.Contains("digits#2", StringComparison.Ordinal) && comment.Body.Contains("0.93", StringComparison.Ordinal)
            && stage.Repository.Status(second, "gradientci/digits")?.State == "success"));

        var comment = stage.Repository.Comments.ShouldHaveSingleItem();
        comment.Login.ShouldBe("gradientci-bot");
        comment.Body.ShouldContain(first[..7]);
        comment.Body.ShouldContain(second[..7]);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_forks_code_runs_only_when_somebody_approves_its_commit()
    {
        await using var stage = await ServiceStage.SetAsync();
        stage.Remote.Work.Git("checkout", "--quiet", "-b", "topic");
        stage.Remote.Commit("Please run me");

        var head = await stage.PullAsync("opened", isFork: true);
        await stage.UntilAsync(() => stage.Repository.Status(head, "gradientci") is not null);

        (await stage.RunsAsync()).ShouldBeEmpty();
        stage.Repository.Status(head, "gradientci")!.Description.ShouldContain("approve ada/digits#7");
        using var cli = new GradientCliHost(stage.Remote.Work.Path);
        (await cli.TypeAsync("approve", "ada/digits#7", "--sha", head, "--data", stage.Served.Data)).ShouldEndWith(0);
        await stage.UntilAsync(() => stage.Repository.Status(head, "gradientci/digits")?.State == "success");
        (await stage.RunsAsync()).ShouldHaveSingleItem().Commit.Sha.Value.ShouldBe(head);
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_forks_container_reads_what_the_project_shares_and_writes_none_of_it()
    {
        await using var stage = await ServiceStage.SetAsync(ServiceStage.Manifest.Replace("digits:", $"digits:\n    image: {TestEngine.Image}"), TestEngine.Host);
        stage.Remote.Work.Git("checkout", "--quiet", "-b", "topic");
        stage.Remote.Commit("Try to write", ".gradient.yml", ServiceStage.Manifest.Replace("command: |", """
            command: |
              cat $GRADIENT_STORAGE/shared; touch $GRADIENT_STORAGE/mine; rm $GRADIENT_STORAGE/shared; echo more >> $GRADIENT_STORAGE/shared
              until [ -e $GRADIENT_STORAGE/seen ]; do sleep 0.05; done
        """.Trim()));
        var head = await stage.PullAsync("opened", isFork: true);
        await stage.UntilAsync(() => stage.Repository.Status(head, "gradientci") is not null);
        var storage = Directory.CreateDirectory(Path.Combine(stage.Served.Data, "storage", Path.GetFileNameWithoutExtension(Directory.GetDirectories(Path.Combine(stage.Served.Data, "repos")).Single()))).FullName;
        await File.WriteAllTextAsync(Path.Combine(storage, "shared"), "weights of the project\n");
        File.SetUnixFileMode(storage, (UnixFileMode)0x1FF);
        File.SetUnixFileMode(Path.Combine(storage, "shared"), (UnixFileMode)0x1B6);

        using var cli = new GradientCliHost(stage.Remote.Work.Path);
        (await cli.TypeAsync("approve", "ada/digits#7", "--sha", head, "--data", stage.Served.Data)).ShouldEndWith(0);
        string[] containers;
        while ((containers = [.. await TestEngine.ContainersOfAsync(stage.Served.Data)]).Length == 0)
        {
            await Task.Delay(50);
        }

        using var inspected = JsonDocument.Parse(await TestEngine.AskAsync(HttpMethod.Get, $"containers/{containers.Single()}/json"));
        await File.WriteAllTextAsync(Path.Combine(storage, "seen"), "");
        await stage.UntilAsync(() => stage.Repository.Status(head, "gradientci/digits")?.State == "success");

        var mounts = inspected.RootElement.GetProperty("Mounts").EnumerateArray().ToDictionary(mount => mount.GetProperty("Destination").GetString()!, mount => mount.GetProperty("RW").GetBoolean(), StringComparer.Ordinal);
        mounts[storage].ShouldBeFalse();
        mounts.Where(mount => mount.Value).Select(mount => mount.Key).ShouldAllBe(path => path.Contains("/workspaces/", StringComparison.Ordinal) || path.Contains("/artifacts/", StringComparison.Ordinal) || path.Contains("/checkpoints/", StringComparison.Ordinal));
        Directory.GetFiles(storage).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["seen", "shared"]);
        (await File.ReadAllTextAsync(Path.Combine(storage, "shared"))).ShouldBe("weights of the project\n");
        var log = await File.ReadAllTextAsync(Directory.GetFiles(Path.Combine(stage.Served.Data, "logs"), "*.log", SearchOption.AllDirectories).Single());
        log.ShouldStartWith("weights of the project\n");
        log.Split('\n').Count(line => line.EndsWith("Read-only file system", StringComparison.Ordinal)).ShouldBe(3, log);
    }

    [Fact(Timeout = 120_000)]
    public async Task Nothing_that_GitHub_is_told_shows_a_secret_or_a_token()
    {
        const string Secret = "w4ndb/k3y-of-ours+0123";
        await using var stage = await ServiceStage.SetAsync();
        using var cli = new GradientCliHost(stage.Remote.Work.Path) { Input = Encoding.UTF8.GetBytes(Secret) };
        (await cli.TypeAsync("secret", "set", "API_KEY", "--data", stage.Served.Data)).ShouldEndWith(0);
        stage.Remote.Work.Git("checkout", "--quiet", "-b", "topic");
        stage.Remote.Commit("Print what must not be seen", ".gradient.yml", """
            version: 1
            experiments:
              digits:
                secrets: [API_KEY]
                command: |
                  echo "{\"metrics\": {\"acc\": 0.93, \"of-$API_KEY\": 1, \"by-$GRADIENT_TOKEN\": 1}}"
                  echo "died of $API_KEY and $GRADIENT_TOKEN, $(printf %s "$API_KEY" | base64)"
                  exit 7
                objective: { maximize: acc }
            """);

        var head = await stage.PullAsync("opened");
        await stage.UntilAsync(() => stage.Repository.Status(head, "gradientci/digits")?.State is "failure" or "error" && stage.Repository.Comments.Any(comment => comment.Body.Length > 0));

        var said = string.Join('\n', [.. stage.Repository.Statuses.Select(status => $"{status.Context} {status.Description} {status.TargetUrl}"), .. stage.Repository.Comments.Select(comment => comment.Body), stage.Served.Said]);
        string[] secrets = [Secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret)), Uri.EscapeDataString(Secret), "gct_"];
        secrets.ShouldAllBe(secret => !said.Contains(secret, StringComparison.Ordinal));
        stage.GitHub.Calls.ShouldAllBe(call => secrets.All(secret => !(call.Body + "").Contains(secret, StringComparison.Ordinal)));
        var page = new Uri(stage.Repository.Status(head, "gradientci/digits")!.TargetUrl!);
        var report = await (await stage.Served.GetAsync(page.PathAndQuery)).Content.ReadAsStringAsync();
        report.ShouldContain("of-***");
        secrets.ShouldAllBe(secret => !report.Contains(secret, StringComparison.Ordinal));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_manifest_with_errors_is_a_failed_status_that_names_the_line()
    {
        await using var stage = await ServiceStage.SetAsync("version: 1\nexperiments:\n  digits:\n    comand: 'true'\n");

        var sha = await stage.PushAsync("main");
        await stage.UntilAsync(() => stage.Repository.Status(sha, "gradientci") is not null);

        var status = stage.Repository.Status(sha, "gradientci")!;
        status.State.ShouldBe("failure");
        status.Description.ShouldContain(".gradient.yml:");
        (await stage.RunsAsync()).ShouldBeEmpty();
    }

    [Fact(Timeout = 240_000)]
    public async Task Whatever_was_acknowledged_before_the_service_was_killed_has_exactly_one_run_and_its_answer()
    {
        const int Branches = 6;
        await using var stage = await ServiceStage.SetAsync();
        var pushed = new List<string>();
        for (var branch = 1; branch <= Branches; branch++)
        {
            stage.Remote.Commit($"Try {branch}");
            pushed.Add(await stage.PushAsync($"exp/{branch}"));
            if (branch % 2 == 0)
            {
                await stage.Served.KillAsync();
                await stage.Served.StartAsync();
            }
        }

        await stage.UntilAsync(() => pushed.TrueForAll(sha => stage.Repository.Status(sha, "gradientci/digits")?.State == "success"));

        (await stage.RunsAsync()).Select(run => run.Commit.Sha.Value).ShouldBe(pushed, ignoreOrder: true);
    }
}
