using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;

namespace GradientCI.Webhook.Tests.Api;

public sealed class ReadingTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private const string Run = "/api/v1/runs/digits-3fa2c1/digits/1";
    private const string Trial = Run + "/trials/1";
    private static readonly CancellationToken None = CancellationToken.None;
    private ApiStage _stage = null!;
    private string _token = null!;
    private AttemptId _attempt;

    public async Task InitializeAsync()
    {
        _stage = await ApiStage.ServeAsync();
        _token = await _stage.AddTokenAsync();
        var run = await _stage.Store.AddRunAsync(trials: 5);
        _attempt = await _stage.Store.StartAsync(new TrialId(run.Id, 1));
        MetricPoint[] points = [.. StoreSamples.Points(1_000), new(1_000, double.NaN, StoreSamples.Noon), new(1_001, 99, StoreSamples.Noon)];
        await _stage.Store.AppendPointsAsync(_attempt, WorkerId.None, [new SeriesChunk("val/acc #1", points)], 0, 0, None);
        await _stage.Store.EndAsync(_attempt);
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task Projects_are_listed_as_far_as_the_token_sees_them()
    {
        await _stage.Store.AddRunAsync(run: StoreSamples.Run(project: "letters-1"));
        var narrow = await _stage.AddTokenAsync(project: "letters-1");

        Texts(await _stage.GetAsync("/api/v1/projects", _token), "projects", "id").ShouldBe(["digits-3fa2c1", "letters-1"]);
        Texts(await _stage.GetAsync("/api/v1/projects", narrow), "projects", "id").ShouldBe(["letters-1"]);
        Texts(await _stage.GetAsync("/api/v1/runs", narrow), "runs", "project").ShouldBe(["letters-1"]);
    }

    [Fact(Timeout = Patience)]
    public async Task What_is_of_another_project_is_not_there_for_a_token_of_one()
    {
        await _stage.Store.AddRunAsync(run: StoreSamples.Run(project: "letters-1"));
        var narrow = await _stage.AddTokenAsync(AccessScope.Run, project: "letters-1");
        foreach (var path in (string[])
            ["/api/v1/runs?project=digits-3fa2c1", Run, Run + "/trials", Trial, Trial + "/series", Trial + "/curve?metric=a", Trial + "/log", Trial + "/artifacts", Trial + "/artifacts/a", Run + "/report", Run + "/report.md", Run + "/comparison"])
        {
            using var answer = await _stage.SendAsync(HttpMethod.Get, path, narrow);

            await ApiStage.ShouldBeProblemAsync(answer, 404);
        }

        foreach (var path in (string[])[Run + "/cancel", Run + "/retry"])
        {
            using var answer = await _stage.PostAsync(path, narrow, null);

            await ApiStage.ShouldBeProblemAsync(answer, 404);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Runs_come_in_pages_that_a_header_and_a_field_lead_through()
    {
        for (var number = 0; number < 4; number++)
        {
            await _stage.Store.AddRunAsync();
        }

        var (path, found) = ("/api/v1/runs?experiment=digits&limit=2", new List<string?>());
        while (path is not null)
        {
            using var answer = await _stage.SendAsync(HttpMethod.Get, path, _token);
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            found.AddRange(Texts(page, "runs", "id"));
            path = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            (path is null).ShouldBe(page["next"] is null);
        }

        found.ShouldBe(["digits#5", "digits#4", "digits#3", "digits#2", "digits#1"]);
    }

    [Theory(Timeout = Patience)]
    [InlineData("state=queued", 2)]
    [InlineData("state=finished", 0)]
    [InlineData("commit=dddd", 1)]
    [InlineData("experiment=digits", 1)]
    [InlineData("project=digits-3fa2c1&state=queued&commit=aaaa", 1)]
    [InlineData("project=nobody", 0)]
    public async Task Runs_are_filtered(string query, int count)
    {
        await _stage.Store.AddRunAsync(run: StoreSamples.Run("letters", sha: 'd'));

        (await _stage.GetAsync($"/api/v1/runs?{query}", _token))["runs"]!.AsArray().Count.ShouldBe(count);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_and_a_trial_are_told_with_their_details()
    {
        var run = await _stage.GetAsync(Run, _token);
        var trial = await _stage.GetAsync(Trial, _token);

        ((string?)run["id"], (int)run["trials"]!["queued"]!, (int)run["trials"]!["succeeded"]!).ShouldBe(("digits#1", 4, 1));
        ((string?)trial["id"], (string?)trial["state"], (int)trial["attempts"]![0]!["exit_code"]!).ShouldBe(("digits#1.1", "succeeded", 0));
        ((double)trial["metrics"]!["val/acc #1"]!["max"]!).ShouldBe(99);
    }

    [Fact(Timeout = Patience)]
    public async Task Trials_come_in_pages()
    {
        var first = await _stage.GetAsync(Run + "/trials?limit=3", _token);
        var second = await _stage.GetAsync(Run + $"/trials?limit=3&cursor={first["next"]}", _token);

        Texts(first, "trials", "id").ShouldBe(["digits#1.1", "digits#1.2", "digits#1.3"]);
        Texts(second, "trials", "id").ShouldBe(["digits#1.4", "digits#1.5"]);
        second["next"].ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task A_series_is_thinned_and_keeps_its_peak()
    {
        var names = Texts(await _stage.GetAsync(Trial + "/series", _token), "series", "metric");
        var curve = await _stage.GetAsync(Trial + $"/curve?metric={Uri.EscapeDataString(names[0]!)}&points=50", _token);

        ((int)curve["count"]!).ShouldBe(1_002);
        curve["points"]!.AsArray().Count.ShouldBeInRange(20, 50);
        curve["points"]!.AsArray().ShouldContain(point => (double)point![1]! == 99);
        (await _stage.GetAsync(Trial + $"/curve?metric={Uri.EscapeDataString(names[0]!)}&points=5000", _token))["points"]!.AsArray().Count.ShouldBe(1_002);
    }

    [Theory(Timeout = Patience)]
    [InlineData(null, 200, "0123456789", null)]
    [InlineData("bytes=2-4", 206, "234", "bytes 2-4/10")]
    [InlineData("bytes=7-", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=-3", 206, "789", "bytes 7-9/10")]
    [InlineData("bytes=8-99", 206, "89", "bytes 8-9/10")]
    [InlineData("bytes=-99", 206, "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=0-1,4-5", 200, "0123456789", null)]
    [InlineData("lines=0-1", 200, "0123456789", null)]
    [InlineData("bytes=", 200, "0123456789", null)]
    [InlineData("bytes=10-", 416, null, "bytes */10")]
    [InlineData("bytes=99999999999-", 416, null, "bytes */10")]
    public async Task A_log_is_read_by_ranges_of_bytes(string? range, int status, string? text, string? contentRange)
    {
        WriteLog("0123456789");

        using var answer = await _stage.SendAsync(HttpMethod.Get, Trial + "/log", _token, request => request.Headers.TryAddWithoutValidation("Range", range is null ? [] : [range]));

        ((int)answer.StatusCode).ShouldBe(status);
        (answer.Content.Headers.ContentRange?.ToString()).ShouldBe(contentRange);
        if (text is not null)
        {
            (await answer.Content.ReadAsStringAsync()).ShouldBe(text);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_log_of_an_attempt_that_never_was_is_not_there()
    {
        WriteLog("0123456789");

        using var first = await _stage.SendAsync(HttpMethod.Get, Trial + "/log?attempt=1", _token);
        using var second = await _stage.SendAsync(HttpMethod.Get, Trial + "/log?attempt=2", _token);
        using var other = await _stage.SendAsync(HttpMethod.Get, Run + "/trials/2/log", _token);

        ((int)first.StatusCode).ShouldBe(200);
        await ApiStage.ShouldBeProblemAsync(second, 404);
        await ApiStage.ShouldBeProblemAsync(other, 404);
    }

    [Fact(Timeout = Patience)]
    public async Task Artifacts_are_listed_in_pages_and_downloaded_as_they_are()
    {
        WriteArtifact("model/best #1.bin", "weights");
        WriteArtifact("plot.html", "<script>alert(1)</script>");

        var first = await _stage.GetAsync(Trial + "/artifacts?limit=1", _token);
        var second = await _stage.GetAsync(Trial + $"/artifacts?cursor={Uri.EscapeDataString((string)first["next"]!)}", _token);
        using var file = await _stage.SendAsync(HttpMethod.Get, Trial + "/artifacts/model/best%20%231.bin", _token);
        using var page = await _stage.SendAsync(HttpMethod.Get, Trial + "/artifacts/plot.html", _token, request => request.Headers.Range = new RangeHeaderValue(0, 6));

        Texts(first, "artifacts", "path").ShouldBe(["model/best #1.bin"]);
        ((int)first["artifacts"]![0]!["bytes"]!).ShouldBe(7);
        Texts(second, "artifacts", "path").ShouldBe(["plot.html"]);
        (await file.Content.ReadAsStringAsync()).ShouldBe("weights");
        (await page.Content.ReadAsStringAsync()).ShouldBe("<script");
        page.Content.Headers.ContentType!.MediaType.ShouldBe("application/octet-stream");
        page.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        page.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("sandbox");
    }

    [Theory(Timeout = Patience)]
    [InlineData("link")]
    [InlineData("folder/secret")]
    [InlineData("model")]
    [InlineData("../1/plot.html")]
    [InlineData("..%2f..%2f..%2f..%2fgradientci.db")]
    [InlineData("%2e%2e/%2e%2e/%2e%2e/gradientci.db")]
    [InlineData("model/..%2f..%2f..%2f..%2f..%2fgradientci.db")]
    [InlineData("/etc/passwd")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("a%00b")]
    public async Task Nothing_but_a_plain_file_of_the_trial_is_served(string path)
    {
        WriteArtifact("model/best.bin", "weights");
        var root = _stage.Data.Artifacts(_attempt.Trial);
        File.CreateSymbolicLink(Path.Combine(root, "link"), _stage.Data.Database);
        var outside = Directory.CreateDirectory(Path.Combine(_stage.Data.Root, "outside"));
        await File.WriteAllTextAsync(Path.Combine(outside.FullName, "secret"), "secret");
        Directory.CreateSymbolicLink(Path.Combine(root, "folder"), outside.FullName);
        using var client = new HttpClient { BaseAddress = _stage.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{_stage.Client.BaseAddress}api/v1/runs/digits-3fa2c1/digits/1/trials/1/artifacts/{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);

        using var answer = await client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBeOneOf(400, 404);
    }

    [Theory(Timeout = Patience)]
    [InlineData("/report", null, "application/json", "gradientci/report/1")]
    [InlineData("/report", "*/*", "application/json", "gradientci/report/1")]
    [InlineData("/report", "text/html", "text/html", "<h1>digits#1")]
    [InlineData("/report", "text/csv;q=0.5, text/markdown", "text/markdown", "digits#1")]
    [InlineData("/report.json", "text/html", "application/json", "gradientci/report/1")]
    [InlineData("/report.md", null, "text/markdown", "digits#1")]
    [InlineData("/report.html", null, "text/html", "<h1>digits#1")]
    [InlineData("/report.csv", null, "text/csv", "trial")]
    public async Task A_report_comes_in_the_format_that_is_asked_for(string path, string? accept, string mediaType, string text)
    {
        using var answer = await _stage.SendAsync(HttpMethod.Get, Run + path, _token, request => request.Headers.TryAddWithoutValidation("Accept", accept is null ? [] : [accept]));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(mediaType);
        (await answer.Content.ReadAsStringAsync()).ShouldContain(text);
    }

    [Theory(Timeout = Patience)]
    [InlineData("/report", "image/png", 406)]
    [InlineData("/report.pdf", null, 404)]
    [InlineData("/comparison", null, 400)]
    [InlineData("/comparison?base=digits", null, 400)]
    [InlineData("/comparison?base=digits/99", null, 404)]
    [InlineData("/comparison?base=digits/99999999999", null, 400)]
    public async Task A_report_that_cannot_be_is_refused(string path, string? accept, int status)
    {
        using var answer = await _stage.SendAsync(HttpMethod.Get, Run + path, _token, request => request.Headers.TryAddWithoutValidation("Accept", accept is null ? [] : [accept]));

        await ApiStage.ShouldBeProblemAsync(answer, status);
    }

    [Fact(Timeout = Patience)]
    public async Task A_run_is_compared_with_another()
    {
        await _stage.Store.AddRunAsync(trials: 1);

        var report = await _stage.GetAsync(Run + "/comparison?base=digits/2", _token);

        ((string?)report["baseline"]!["label"]).ShouldBe("digits#2");
    }

    [Theory(Timeout = Patience)]
    [InlineData("GET", "/api", 404)]
    [InlineData("GET", "/api/v2/runs", 404)]
    [InlineData("GET", "/api/v1/nothing", 404)]
    [InlineData("POST", "/api/v1/projects", 405)]
    [InlineData("DELETE", Run, 405)]
    [InlineData("PUT", Trial + "/artifacts/a", 405)]
    [InlineData("GET", Run + "/cancel", 405)]
    public async Task An_address_or_a_method_that_is_none_is_told_so(string method, string path, int status)
    {
        using var answer = await _stage.SendAsync(new HttpMethod(method), path, _token);

        await ApiStage.ShouldBeProblemAsync(answer, status);
        (answer.Content.Headers.Allow.Count > 0).ShouldBe(status == 405);
    }

    [Theory(Timeout = Patience)]
    [InlineData("/api/v1/runs?limit=0")]
    [InlineData("/api/v1/runs?limit=201")]
    [InlineData("/api/v1/runs?limit=-1")]
    [InlineData("/api/v1/runs?limit=1&limit=2")]
    [InlineData("/api/v1/runs?cursor=abc")]
    [InlineData("/api/v1/runs?cursor=99999999999999999999")]
    [InlineData("/api/v1/runs?state=asleep")]
    [InlineData("/api/v1/runs?commit=xyz")]
    [InlineData("/api/v1/runs?experiment=../a")]
    [InlineData("/api/v1/runs?stat=queued")]
    [InlineData(Trial + "/curve")]
    [InlineData(Trial + "/curve?metric=a&points=5001")]
    [InlineData(Run + "/trials?cursor=99999999999")]
    public async Task A_query_that_makes_no_sense_is_told_so(string path)
    {
        using var answer = await _stage.SendAsync(HttpMethod.Get, path, _token);

        await ApiStage.ShouldBeProblemAsync(answer, 400);
    }

    private static List<string?> Texts(JsonNode node, string list, string field) => [.. node[list]!.AsArray().Select(each => (string?)each![field])];

    private void WriteLog(string text)
    {
        var path = _stage.Data.Log(_attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, new UTF8Encoding(false));
    }

    private void WriteArtifact(string name, string text)
    {
        var path = Path.Combine(_stage.Data.Artifacts(_attempt.Trial), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
