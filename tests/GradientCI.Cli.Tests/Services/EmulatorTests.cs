using System.Text.Json.Nodes;
using GradientCI.Cli.Tests.Faults;
using GradientCI.Testing.Git;

namespace GradientCI.Cli.Tests.Services;

/// <summary>The service as a GitHub App, at a GitHub that was written by somebody else.</summary>
public sealed class EmulatorTests
{
    [FactWithEmulator(Timeout = 120_000)]
    public async Task An_app_answers_with_check_runs_and_one_comment_where_statuses_are_refused()
    {
        using var github = await Emulator.StartAsync();
        using var remote = await RemoteServer.StartAsync(token: "");
        using var served = new ServedFolder(github.Url, Emulator.AppId, github.Key);
        var repository = Described((long)(await github.GetAsync(""))["id"]!, remote);
        remote.Commit("Begin", ".gradient.yml", ServiceStage.Manifest);
        remote.Push("main");
        await served.StartAsync();

        var pushed = remote.Head();
        (await served.DeliverAsync("delivery-1", "push", Push(pushed, repository))).ShouldBe("accepted", served.Said);
        await github.UntilAsync(async () => await FindCheckAsync(github, pushed) is not null);
        remote.Work.Git("checkout", "--quiet", "-b", "topic");
        var head = remote.Commit("Train longer");
        var number = await github.OpenIssueAsync("Train longer");
        remote.Push($"HEAD:refs/pull/{number}/head");
        (await served.DeliverAsync("delivery-2", "pull_request", PullRequest(number, head, pushed, repository))).ShouldBe("accepted", served.Said);
        await github.UntilAsync(async () =>
            await FindCheckAsync(github, head) is not null && await CommentsAsync(github, number) is [var only, ..] && Text(only!, "body").Contains("0.93", StringComparison.Ordinal));

        foreach (var sha in (string[])[pushed, head])
        {
            var check = (await FindCheckAsync(github, sha))!;
            (Text(check, "name"), Text(check, "conclusion")).ShouldBe(("gradientci/digits", "success"));
            Text(check["output"]!, "title").ShouldContain("0.93");
            Text(check["output"]!, "summary").ShouldContain("passed\n\n**acc 0.93**");
        }

        var comment = (await CommentsAsync(github, number)).ShouldHaveSingleItem()!;
        Text(comment["user"]!, "login").ShouldBe("gradientci[bot]");
        Text(comment, "body").ShouldContain(head[..7]);

        // It has no statuses: each is given up once, which holds up nothing else, and the doctor tells.
        await github.UntilAsync(() => Task.FromResult(github.Answered.Exists(call => call.StartsWith($"404 POST /repos/ada/digits/statuses/{head}", StringComparison.Ordinal))));
        (await served.TerminateAsync()).ShouldBe(0, served.Said);
        using var cli = new GradientCliHost(remote.Work.Path);
        var doctor = await cli.TypeAsync("doctor", "--data", served.Data);
        doctor.Out.ShouldContain("answers to forges given up; the newest is 'status ");
        github.Answered.ShouldAllBe(call => call.StartsWith('2') || IsOfMissingPart(call));
    }

    // Statuses, deliveries that may be asked for again, and the check runs of commits that are elsewhere.
    private static bool IsOfMissingPart(string call) => call.StartsWith("404 GET /app/hook/deliveries", StringComparison.Ordinal)
        || call.StartsWith("404 POST /repos/ada/digits/statuses/", StringComparison.Ordinal)
        || (call.StartsWith("404 GET /repos/ada/digits/commits/", StringComparison.Ordinal) && call.Contains("/check-runs", StringComparison.Ordinal));

    private static async Task<JsonNode?> FindCheckAsync(Emulator github, string sha) =>
        (await github.GetCheckRunsAsync()).SingleOrDefault(run => Text(run, "head_sha") == sha && Text(run, "status") == "completed");

    private static async Task<JsonArray> CommentsAsync(Emulator github, int number) => (await github.GetAsync($"/issues/{number}/comments")).AsArray();

    private static string Text(JsonNode node, string name) => (string)node[name]!;

    private static JsonObject Described(long id, RemoteServer remote) => new()
    {
        ["id"] = id, ["name"] = "digits", ["full_name"] = "ada/digits", ["clone_url"] = remote.Url, ["default_branch"] = "main",
        ["owner"] = new JsonObject { ["login"] = "ada" },
    };

    private static JsonObject Push(string sha, JsonObject repository) => new()
    {
        ["ref"] = "refs/heads/main", ["before"] = new string('0', 40), ["after"] = sha, ["repository"] = repository.DeepClone(),
        ["installation"] = new JsonObject { ["id"] = Emulator.Installation },
    };

    private static JsonObject PullRequest(int number, string head, string @base, JsonObject repository) => new()
    {
        ["action"] = "opened",
        ["number"] = number,
        ["repository"] = repository.DeepClone(),
        ["installation"] = new JsonObject { ["id"] = Emulator.Installation },
        ["pull_request"] = new JsonObject
        {
            ["number"] = number,
            ["state"] = "open",
            ["draft"] = false,
            ["updated_at"] = "2026-01-01T00:00:00Z",
            ["user"] = new JsonObject { ["login"] = "ada" },
            ["head"] = new JsonObject { ["ref"] = "topic", ["sha"] = head, ["repo"] = repository.DeepClone() },
            ["base"] = new JsonObject { ["ref"] = "main", ["sha"] = @base, ["repo"] = repository.DeepClone() },
        },
    };
}
