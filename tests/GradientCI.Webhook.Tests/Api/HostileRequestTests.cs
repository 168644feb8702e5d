using System.Net.Http.Headers;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;

namespace GradientCI.Webhook.Tests.Api;

/// <summary>Whatever is asked, the answer is one that is described, none of it a fault of the service, and nothing of another project is in it.</summary>
public sealed class HostileRequestTests : IAsyncLifetime
{
    private const int Rounds = 3_000;
    private const string Secret = "theirs-only";
    private ApiStage _stage = null!;

    public async Task InitializeAsync()
    {
        _stage = await ApiStage.ServeAsync();
        await _stage.Store.AddRunAsync(trials: 2);
        var theirs = StoreSamples.Run(Secret, project: "other-1");
        var run = await _stage.Store.AddRunAsync(trials: 1, run: theirs with { Commit = theirs.Commit with { Message = Secret } });
        var attempt = await _stage.Store.StartAsync(new TrialId(run.Id, 1));
        await _stage.Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk(Secret, StoreSamples.Points(3))], 0, 0, CancellationToken.None);
        var log = _stage.Data.Log(attempt);
        Directory.CreateDirectory(Path.GetDirectoryName(log)!);
        await File.WriteAllTextAsync(log, Secret);
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Theory(Timeout = 240_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nothing_breaks_and_nothing_leaks(int seed)
    {
        var random = new Random(seed);
        var token = await _stage.AddTokenAsync(AccessScope.Run, project: "digits-3fa2c1");
        var endpoints = _stage.Routes.Endpoints.ToList();
        var statuses = new Dictionary<int, int>();
        for (var round = 0; round < Rounds; round++)
        {
            var endpoint = endpoints[random.Next(endpoints.Count)];
            var path = string.Join('/', endpoint.Path.Split('/').Select(part => part.StartsWith('{') ? Part(random, part) : part.Replace("{format}", Value(random), StringComparison.Ordinal)));
            var queries = endpoint.Queries.Append("nothing").Where(_ => random.Next(3) == 0).Select(name => $"{name}={Value(random)}").ToList();
            var target = queries.Count == 0 ? path : $"{path}?{string.Join('&', queries)}";
            var uri = new Uri($"{_stage.Client.BaseAddress!.AbsoluteUri.TrimEnd('/')}{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
            using var request = new HttpRequestMessage(random.Next(20) == 0 ? HttpMethod.Put : new HttpMethod(endpoint.Method), uri) { Content = endpoint.Method == "POST" ? Body(random) : null };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.TryAddWithoutValidation(random.Next(2) == 0 ? "Range" : "Accept", Raw(random));
            request.Headers.TryAddWithoutValidation("Last-Event-ID", random.Next(4) == 0 ? [Raw(random)] : []);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", random.Next(4) == 0 ? [Raw(random)] : []);

            using var answer = await _stage.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

            var hasEnd = answer.Content.Headers.ContentType?.MediaType != "text/event-stream";
            var text = hasEnd ? await answer.Content.ReadAsStringAsync() : "";
            ((int)answer.StatusCode).ShouldBeLessThan(500, $"seed {seed}, round {round}: {request.Method} {target}\n{text}");
            statuses[(int)answer.StatusCode] = statuses.GetValueOrDefault((int)answer.StatusCode) + 1;
            text.ShouldNotContain(Secret, Case.Sensitive, $"seed {seed}, round {round}: {request.Method} {target}");
            if ((int)answer.StatusCode >= 400 && answer.Content.Headers.ContentLength is not 0)
            {
                answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", $"{request.Method} {target}");
            }
        }

        // A stranger's nonsense must have got past the door.
        statuses.GetValueOrDefault(200).ShouldBeGreaterThan(Rounds / 50, string.Join(", ", statuses));
    }

    // Mostly what is right, so that what is wrong stands behind it.
    private static string Part(Random random, string name) => random.Next(5) == 0 ? Value(random) : name switch
    {
        "{project}" => "digits-3fa2c1",
        "{experiment}" => "digits",
        "{**path}" => Value(random),
        _ => "1",
    };

    private static string Value(Random random) => random.Next(12) switch
    {
        0 => "digits-3fa2c1",
        1 => "digits",
        2 or 3 => "1",
        4 => "other-1",
        5 => Secret.Replace("-", "%2D", StringComparison.Ordinal),
        6 => "99999999999999999999",
        7 => "-1",
        8 => "..%2f..%2fgradientci.db",
        9 => "%00%0a%ff",
        10 => new string('a', random.Next(1, 3_000)),
        _ => Uri.EscapeDataString(Raw(random)),
    };

    private static string Raw(Random random) => random.Next(8) switch
    {
        0 => "bytes=-",
        1 => "bytes=9223372036854775807-9223372036854775808",
        2 => "text/html;q=nan, */*;q=9",
        3 => "bytes=5-2",
        4 => "' OR 1=1 --",
        5 => ",,;;==",
        6 => "NaN",
        _ => new string([.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => (char)random.Next(33, 127))]),
    };

    private static StringContent Body(Random random)
    {
        string[] values =
        [
            "null", "true", "7", "-1", "1e999", "99999999999999999999", "\"\"", "\"digits\"", "\"digits-3fa2c1\"", "\"other-1\"", "\"main\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}",
            "{\"a\": {\"b\": 1}}", "[[[[[[[[[[]]]]]]]]]]", $"\"{new string('x', random.Next(1, 2_000))}\"",
        ];
        string[] names = ["project", "experiment", "commit", "params", "cache", "trial", "pull_request", "sha", "nothing"];
        var fields = names.Where(_ => random.Next(2) == 0).Select(name => $"\"{name}\": {values[random.Next(values.Length)]}");
        var json = random.Next(12) == 0 ? values[random.Next(values.Length)] : $"{{{string.Join(", ", fields)}}}";
        return new StringContent(random.Next(20) == 0 ? json[..(json.Length / 2)] : json, Encoding.UTF8, random.Next(10) == 0 ? "text/plain" : "application/json");
    }
}
