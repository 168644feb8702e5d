using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Webhook.Tests.Api;

public sealed class ActingTests : IAsyncLifetime, IDisposable
{
    private const int Patience = 60_000;
    private const string Manifest = """
        version: 1
        experiments:
          digits:
            command: "true"
            parameters: { depth: 3 }
            on: { pull_request: { branches: [main] } }
            sweep: { parameters: { lr: [0.1, 0.2] } }
        """;

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ProjectId Project = new("digits-3fa2c1");
    private readonly TestRepository _repository = new();
    private ApiStage _stage = null!;
    private string _token = null!;

    public async Task InitializeAsync()
    {
        _stage = await ApiStage.ServeAsync();
        _token = await _stage.AddTokenAsync(AccessScope.Run, name: "laptop");
        _repository.Write(".gradient.yml", Manifest);
        _repository.Commit("Begin");
        await _stage.Store.PutProjectAsync(new Project(Project, "digits", _repository.Path), None);
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    public void Dispose() => _repository.Dispose();

    [Fact(Timeout = Patience)]
    public async Task A_run_is_recorded_with_what_was_changed_and_the_worker_hears_of_it()
    {
        using var answer = await _stage.PostAsync("/api/v1/runs", _token, new JsonObject
        {
            ["project"] = Project.Value, ["experiment"] = "digits", ["commit"] = "main", ["params"] = new JsonObject { ["lr"] = 0.15, ["depth"] = "4" }, ["cache"] = false,
        });

        ((int)answer.StatusCode).ShouldBe(201, await answer.Content.ReadAsStringAsync());
        answer.Headers.Location!.ToString().ShouldBe("/api/v1/runs/digits-3fa2c1/digits/1");
        var run = (await _stage.Store.ListRunsAsync(new RunQuery(), None)).ShouldHaveSingleItem();
        (run.State, run.Spec.Cache, run.Commit.Ref).ShouldBe((RunState.Queued, false, "refs/heads/main"));
        run.Overrides.ShouldBe(["depth=4", "lr=0.15"]);
        await _stage.Recorded.WaitAsync(TimeSpan.FromDays(1), _stage.Time, None);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_that_is_sent_again_under_its_key_is_answered_with_the_same_run_and_was_done_once()
    {
        using var first = await StartAsync("a", "main");
        _repository.Commit("Go on");
        using var again = await StartAsync("a", "main");
        using var other = await StartAsync("b", "main");

        ((int)first.StatusCode, (int)again.StatusCode, (int)other.StatusCode).ShouldBe((201, 200, 201));
        JsonNode.Parse(await again.Content.ReadAsStringAsync())!["number"]!.GetValue<int>().ShouldBe(1);
        again.Headers.Location.ShouldBe(first.Headers.Location);
        (await _stage.Store.ListRunsAsync(new RunQuery(), None)).Length.ShouldBe(2);
        (await _stage.Store.ListAuditEntriesAsync(DateTimeOffset.UnixEpoch, 9, None)).Count(entry => entry.Action == AuditAction.Started).ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task A_key_stands_for_one_request_for_a_day()
    {
        using var first = await StartAsync("a", "main");

        using var other = await StartAsync("a", "main", lr: 0.3);
        _stage.Time.Advance(RequestKey.Lifetime);
        using var later = await StartAsync("a", "main", lr: 0.3);

        (await ApiStage.ShouldBeProblemAsync(other, 422))["detail"]!.GetValue<string>().ShouldContain("a stands for another request");
        ((int)later.StatusCode).ShouldBe(201);
        (await _stage.Store.ListRunsAsync(new RunQuery(), None)).Length.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_that_was_refused_does_not_use_up_its_key()
    {
        using var wrong = await StartAsync("a", "nowhere");
        using var right = await StartAsync("a", "main");

        ((int)wrong.StatusCode, (int)right.StatusCode).ShouldBe((400, 201));
    }

    [Theory(Timeout = Patience)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": "nowhere"}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": "--upload-pack=x"}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": ":/Begin"}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": "main^{tree}"}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "letters", "commit": "main"}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": "main", "params": {"lr": "fast"}}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": "main", "params": {"nothing": 1}}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": "main", "params": {"lr": []}}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": "main", "parms": {}}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits", "commit": "main", "cache": "no"}""", 400)]
    [InlineData("""{"project": "digits-3fa2c1", "experiment": "digits"}""", 400)]
    [InlineData("""{"project": "letters-1", "experiment": "digits", "commit": "main"}""", 404)]
    [InlineData("""{"project": "../etc", "experiment": "digits", "commit": "main"}""", 400)]
    [InlineData("""{"project": 7}""", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("7", 400)]
    [InlineData("{", 400)]
    public async Task What_cannot_be_run_is_refused_and_nothing_is_recorded(string body, int status)
    {
        using var answer = await _stage.SendAsync(
            HttpMethod.Post, "/api/v1/runs", _token, request => request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        var problem = await ApiStage.ShouldBeProblemAsync(answer, status);
        problem.ToJsonString().ShouldNotContain(_repository.Path);
        (await _stage.Store.ListRunsAsync(new RunQuery(), None)).ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_body_that_is_too_large_or_no_json_is_refused()
    {
        using var large = await _stage.PostAsync("/api/v1/runs", _token, new JsonObject { ["project"] = new string('a', 70_000) });
        using var text = await _stage.SendAsync(HttpMethod.Post, "/api/v1/runs", _token, request => request.Content = new StringContent("{}"));

        await ApiStage.ShouldBeProblemAsync(large, 413);
        await ApiStage.ShouldBeProblemAsync(text, 415);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_may_only_look_changes_nothing()
    {
        var run = await _stage.Store.AddRunAsync();
        var read = await _stage.AddTokenAsync(AccessScope.Read);
        foreach (var path in (string[])["/api/v1/runs", "/api/v1/runs/digits-3fa2c1/digits/1/cancel", "/api/v1/runs/digits-3fa2c1/digits/1/retry", "/api/v1/approvals"])
        {
            using var answer = await _stage.PostAsync(path, read, new JsonObject());

            await ApiStage.ShouldBeProblemAsync(answer, 403);
        }

        (await _stage.Store.FindRunAsync(run.Id, None))!.State.ShouldBe(RunState.Queued);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_is_cancelled_once_and_says_by_whom()
    {
        var run = await _stage.Store.AddRunAsync();

        using var first = await _stage.PostAsync("/api/v1/runs/digits-3fa2c1/digits/1/cancel", _token, null);
        using var second = await _stage.PostAsync("/api/v1/runs/digits-3fa2c1/digits/1/cancel", _token, null);

        ((int)first.StatusCode).ShouldBe(200);
        await ApiStage.ShouldBeProblemAsync(second, 409);
        var cancelled = (await _stage.Store.FindRunAsync(run.Id, None))!;
        (cancelled.State, cancelled.Problem).ShouldBe((RunState.Cancelled, "Cancelled by laptop."));
    }

    [Fact(Timeout = Patience)]
    public async Task What_failed_is_tried_again_and_any_worker_may_do_it()
    {
        var run = await FailedAsync();

        using var wrong = await _stage.PostAsync("/api/v1/runs/digits-3fa2c1/digits/1/retry", _token, new JsonObject { ["trial"] = 9 });
        using var answer = await _stage.PostAsync("/api/v1/runs/digits-3fa2c1/digits/1/retry", _token, new JsonObject { ["trial"] = 1 });
        using var again = await _stage.PostAsync("/api/v1/runs/digits-3fa2c1/digits/1/retry", _token, null);

        await ApiStage.ShouldBeProblemAsync(wrong, 409);
        ((int)answer.StatusCode).ShouldBe(200, await answer.Content.ReadAsStringAsync());
        await ApiStage.ShouldBeProblemAsync(again, 409);
        (await _stage.Store.ListTrialsAsync(run, None)).Select(trial => trial.State).ShouldBe([TrialState.Queued, TrialState.Succeeded]);
        var queued = (await _stage.Store.FindRunAsync(run, None))!;
        (queued.State, queued.Attendant).ShouldBe((RunState.Queued, WorkerId.None));
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_of_a_fork_runs_only_when_exactly_it_is_approved()
    {
        var head = await AddForkAsync();
        var name = (string?)(await _stage.GetAsync("/api/v1/approvals", _token))["approvals"]![0]!["pull_request"];
        var narrow = await _stage.AddTokenAsync(AccessScope.Run, project: "letters-1");

        using var run = await _stage.PostAsync("/api/v1/runs", _token, new JsonObject { ["project"] = Fork.Value, ["experiment"] = "digits", ["commit"] = head });
        using var byRef = await _stage.PostAsync("/api/v1/runs", _token, new JsonObject { ["project"] = Fork.Value, ["experiment"] = "digits", ["commit"] = "refs/gradientci/pull/7" });
        using var hidden = await _stage.PostAsync("/api/v1/approvals", narrow, new JsonObject { ["pull_request"] = name, ["sha"] = head });
        using var other = await _stage.PostAsync("/api/v1/approvals", _token, new JsonObject { ["pull_request"] = name, ["sha"] = new string('a', 40) });
        await ApiStage.ShouldBeProblemAsync(run, 400);
        await ApiStage.ShouldBeProblemAsync(byRef, 400);
        await ApiStage.ShouldBeProblemAsync(hidden, 404);
        await ApiStage.ShouldBeProblemAsync(other, 409);
        (await _stage.Store.ListRunsAsync(new RunQuery(), None)).ShouldBeEmpty();
        using var approved = await _stage.PostAsync("/api/v1/approvals", _token, new JsonObject { ["pull_request"] = name, ["sha"] = head });

        ((int)approved.StatusCode).ShouldBe(200, await approved.Content.ReadAsStringAsync());
        (await _stage.Store.ListRunsAsync(new RunQuery(), None)).ShouldHaveSingleItem().Commit.Sha.Value.ShouldBe(head);
        (await _stage.Store.FindApprovalAsync(Fork, 7, new CommitSha(head), None))!.By.ShouldBe("laptop");
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_of_a_branch_of_the_mirror_runs_and_is_kept_there()
    {
        await AddForkAsync();

        using var answer = await _stage.PostAsync("/api/v1/runs", _token, new JsonObject { ["project"] = Fork.Value, ["experiment"] = "digits", ["commit"] = "main" });

        ((int)answer.StatusCode).ShouldBe(201, await answer.Content.ReadAsStringAsync());
        _repository.Git("--git-dir", _stage.Data.Mirror(Fork), "for-each-ref", "refs/gradientci/keep").ShouldNotBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_that_may_be_there_by_now_is_not_denied_while_the_forge_cannot_be_asked()
    {
        await AddForkAsync();

        using var answer = await _stage.PostAsync("/api/v1/runs", _token, new JsonObject { ["project"] = Fork.Value, ["experiment"] = "digits", ["commit"] = "topic" });

        (await ApiStage.ShouldBeProblemAsync(answer, 503)).ToJsonString().ShouldNotContain(_stage.Data.Root);
    }

    private Task<HttpResponseMessage> StartAsync(string key, string commit, double lr = 0.1) => _stage.SendAsync(HttpMethod.Post, "/api/v1/runs", _token, request =>
    {
        request.Headers.Add("Idempotency-Key", key);
        request.Content = JsonContent.Create(new { project = Project.Value, experiment = "digits", commit, @params = new { lr } });
    });

    private static ProjectId Fork => new("digits-000000000042");

    private async Task<RunId> FailedAsync()
    {
        var run = (await _stage.Store.AddRunAsync(trials: 2)).Id;
        await _stage.Store.UpdateRunAsync(new RunUpdate(run, [RunState.Queued], RunState.Running, StoreSamples.Noon), None);
        await _stage.Store.EndAsync(await _stage.Store.StartAsync(new TrialId(run, 1)), TrialState.Failed);
        await _stage.Store.EndAsync(await _stage.Store.StartAsync(new TrialId(run, 2)));
        await _stage.Store.UpdateRunAsync(new RunUpdate(run, [RunState.Running], RunState.Finished, StoreSamples.Noon), None);
        return run;
    }

    private async Task<string> AddForkAsync()
    {
        var @base = _repository.Git("rev-parse", "HEAD").Trim();
        _repository.Git("checkout", "--quiet", "-b", "stranger");
        _repository.Write("file", "theirs");
        var head = _repository.Commit("Stranger");
        var mirror = _stage.Data.Mirror(Fork);
        _repository.Git("clone", "--quiet", "--bare", "--single-branch", "--branch", "main", _repository.Path, mirror);
        _repository.Git("push", "--quiet", mirror, "stranger:refs/gradientci/pull/7");
        await _stage.Store.PutRepositoryAsync(
            new Project(Fork, "ada/digits", mirror), new ForgeRepository(Fork, "github", 42, "ada", "digits", "https://forge.test/ada/digits.git", "main"), None);
        await _stage.Store.PutPullRequestAsync(
            new PullRequest
            {
                Project = Fork,
                Number = 7,
                Head = new CommitSha(head),
                HeadRef = "stranger",
                HeadRepository = "eve/digits",
                IsFork = true,
                BaseRef = "main",
                Base = new CommitSha(@base),
                Author = "eve",
                UpdatedAt = DateTimeOffset.UnixEpoch,
            },
            None);
        await _stage.Store.PutRemarkAsync(new CommitRemark(Fork, new CommitSha(head), "approval", RemarkKind.Waiting, "Waits.", ""), None);
        return head;
    }
}
