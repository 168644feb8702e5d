using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;

namespace GradientCI.Webhook.Tests.Api;

/// <summary>Every status that the description promises is one that a caller can get, but for those of a broken machine.</summary>
public sealed class DescribedStatusTests : IAsyncLifetime
{
    private const string Run = "/api/v1/runs/digits-3fa2c1/digits/1";
    private ApiStage _stage = null!;
    private string _token = null!;

    public async Task InitializeAsync()
    {
        _stage = await ApiStage.ServeAsync();
        _token = await _stage.AddTokenAsync(AccessScope.Admin);
        var run = await _stage.Store.AddRunAsync(trials: 1);
        var attempt = await _stage.Store.StartAsync(new TrialId(run.Id, 1));
        await _stage.Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(3))], 0, 0, CancellationToken.None);
        Write(_stage.Data.Log(attempt));
        Write(Path.Combine(_stage.Data.Artifacts(attempt.Trial), "model"));
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = 120_000)]
    public async Task Every_described_status_can_be_had()
    {
        // These are shown where they are staged: a repository to start from, an ended run, a commit that waits, an attempt's token, commands, too many who look on.
        string[] elsewhere =
        [
            "watchRun 204", "watchRun 429", "startRun 200", "startRun 201", "startRun 422", "retryRun 200", "approve 200", "approve 409",
            "addPoints 200", "addPoints 400", "addPoints 404", "addPoints 409", "addPoints 413", "addPoints 415",
            "runCommand 403", "runCommand 413", "runCommand 415",
        ];

        foreach (var endpoint in _stage.Routes.Endpoints)
        {
            var path = endpoint.Path.Replace("{project}", "digits-3fa2c1", StringComparison.Ordinal).Replace("{experiment}", "digits", StringComparison.Ordinal)
                .Replace("{number}", "1", StringComparison.Ordinal).Replace("{trial}", "1", StringComparison.Ordinal)
                .Replace("{**path}", "model", StringComparison.Ordinal).Replace("{format}", "json", StringComparison.Ordinal);
            await AskEveryWayAsync(new HttpMethod(endpoint.Method), path);
        }

        var promised = from each in _stage.Description.Operations
                       from response in each.Operation.GetProperty("responses").EnumerateObject()
                       where response.Name is not "503"
                       select $"{each.Operation.GetProperty("operationId").GetString()} {response.Name}";
        var had = _stage.Description.Seen.Keys.Select(each => $"{each.Operation} {each.Status}");
        promised.Except(had, StringComparer.Ordinal).Except(elsewhere, StringComparer.Ordinal).ShouldBeEmpty();
    }

    private async Task AskEveryWayAsync(HttpMethod method, string path)
    {
        var query = path.EndsWith("/curve", StringComparison.Ordinal) ? "?metric=loss" : path.EndsWith("/comparison", StringComparison.Ordinal) ? "?base=digits/1" : "";
        await AskAsync(method, path + query, _token, "{}");
        await AskAsync(method, path + query, _token, "{}");
        await AskAsync(method, path + "?nothing=1", _token, "{}");
        await AskAsync(method, path, token: null, "{}");
        await AskAsync(method, path, await _stage.AddTokenAsync(AccessScope.Read), "{}");
        await AskAsync(method, path.Replace("digits-3fa2c1", "nobody", StringComparison.Ordinal) + query, _token, "{}");
        await AskAsync(method, path, await _stage.AddTokenAsync(project: "other"), "{}");
        await AskAsync(method, path + "?project=digits-3fa2c1", await _stage.AddTokenAsync(project: "other"), "{}");
        await AskAsync(method, path, _token, "{}", ("Range", "bytes=0-1"));
        await AskAsync(method, path, _token, "{}", ("Range", "bytes=100-"));
        await AskAsync(method, path, _token, "{}", ("Accept", "image/png"));
        if (method == HttpMethod.Post)
        {
            await AskAsync(method, path, _token, "{");
            await AskAsync(method, path, _token, new JsonObject { ["project"] = new string('a', 70_000) }.ToJsonString());
            await AskAsync(method, path, _token, "{}", mediaType: "text/plain");
            await AskAsync(method, path, _token, """{"project": "nobody", "experiment": "digits", "commit": "main"}""");
            await AskAsync(method, path, _token, """{"pull_request": "ada/digits#7", "sha": "0"}""");
            await AskAsync(method, path, _token, """{"trial": 1}""");
        }
        else
        {
            using var head = await _stage.SendAsync(HttpMethod.Head, path + query, _token);
            ((int)head.StatusCode).ShouldBe(200, path);
            (await head.Content.ReadAsStringAsync()).ShouldBeEmpty();
        }
    }

    private async Task AskAsync(HttpMethod method, string path, string? token, string body, (string Name, string Value)? header = null, string mediaType = "application/json")
    {
        using var answer = await _stage.SendAsync(method, path, token, request =>
        {
            request.Content = method == HttpMethod.Post ? new StringContent(body, Encoding.UTF8, mediaType) : null;
            if (header is { } more)
            {
                request.Headers.TryAddWithoutValidation(more.Name, more.Value);
            }
        });
    }

    private static void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "0123456789");
    }
}
