using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Cli.Remote;
using GradientCI.Testing.Contracts;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Remote;

/// <summary>What is sent to a service by hand, and not always with good intent.</summary>
public sealed class CommandEndpointTests : IAsyncLifetime, IDisposable
{
    private const int Patience = 60_000;
    private readonly HttpClient _client = new();
    private RemoteStage _stage = null!;

    public async Task InitializeAsync() => _stage = await RemoteStage.SetAsync();

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Theory(Timeout = Patience)]
    [InlineData("list|--data=/tmp")]
    [InlineData("--data=/tmp|list")]
    [InlineData("list|--verbose")]
    [InlineData("list|--repo=/")]
    [InlineData("list|--server=http://127.0.0.1:9")]
    [InlineData("@/etc/passwd")]
    [InlineData("list|@/etc/passwd|x")]
    [InlineData("[suggest]|list")]
    [InlineData("[diagram]|list")]
    [InlineData("list|--help")]
    [InlineData("--version")]
    [InlineData("serve")]
    [InlineData("worker|--until-idle")]
    [InlineData("backup|/tmp/x")]
    [InlineData("hook|install")]
    [InlineData("logs|toy#1.1|--path")]
    [InlineData("report|toy#1|--output=/tmp/x")]
    [InlineData("report|toy#1|--format=html|--output=/tmp/x")]
    [InlineData("export|toy#1|--to=/tmp/x")]
    [InlineData("run|--report=/tmp/x")]
    [InlineData("run|--executor=process")]
    [InlineData("retry|toy#1|--parallel=99")]
    [InlineData("list|--limit=nonsense")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("list\0")]
    public async Task What_a_service_does_not_run_is_refused_with_a_sentence(string words)
    {
        using var answer = await SendAsync(Request(words.Split('|')));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, await answer.Content.ReadAsStringAsync());
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        ((string)problem["detail"]!).ShouldNotContain("root:");
    }

    [Theory(Timeout = Patience)]
    [InlineData("", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"arguments": "list"}""", 400)]
    [InlineData("""{"arguments": [1]}""", 400)]
    [InlineData("""{"arguments": ["list"], "repository": 7}""", 400)]
    [InlineData("""{"arguments": ["list"], "screen": {"width": 99999999999}}""", 400)]
    [InlineData("""{"arguments": ["list"], "screen": {"width": -5}}""", 200)]
    public async Task What_is_no_command_is_refused(string body, int status)
    {
        using var answer = await SendAsync(body);

        ((int)answer.StatusCode).ShouldBe(status);
    }

    [Fact(Timeout = Patience)]
    public async Task A_command_that_is_too_long_is_refused() =>
        (await SendAsync(Request("list", new string('x', CommandRequest.Largest)))).StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

    [Fact(Timeout = Patience)]
    public async Task Nobody_fills_the_service_with_commands_and_whoever_goes_away_makes_room()
    {
        await using (var store = await SqliteExperimentStore.OpenAsync(_stage.Data, TimeProvider.System, CancellationToken.None))
        {
            await store.AddRunAsync(trials: 1);
        }

        var watching = new List<HttpResponseMessage>();
        for (var number = 0; number < CommandEndpoint.MostOfOne; number++)
        {
            watching.Add(await SendAsync(Request("watch", "digits#1", "--json")));
        }

        watching.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        using (var refused = await SendAsync(Request("list")))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
        }

        (await _stage.ThereAsync("list")).ShouldEndWith(3).Error.ShouldContain("has 32 commands at once, and may not have more.\nhint: Try again when one of them has ended.");
        watching.ForEach(answer => answer.Dispose());
        while ((await SendAsync(Request("list"))).StatusCode == HttpStatusCode.TooManyRequests)
        {
            // It learns of it when it next has something to say, or from the connection's end.
        }
    }

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nonsense_never_breaks_the_service(int seed)
    {
        var random = new Random(seed);
        var refused = 0;
        for (var round = 0; round < 300; round++)
        {
            var body = Nonsense(random);

            using var answer = await SendAsync(body);

            ((int)answer.StatusCode).ShouldBeLessThan(500, $"seed {seed}, round {round}: {body}\n{await answer.Content.ReadAsStringAsync()}");
            refused += (int)answer.StatusCode >= 400 ? 1 : 0;
        }

        refused.ShouldBeInRange(100, 299, "some of it must have got past the door");
    }

    private static string Nonsense(Random random)
    {
        string[] words =
        [
            "list", "show", "logs", "report", "compare", "why", "prune", "token", "project", "--json", "--limit=-1", "--limit=99999999999999999999", "--tail=1", "toy#1", "digits#99999999999",
            "#", "toy#1.", "..", "../../etc/passwd", "--", "-x", "@/etc/passwd", "--format=html", "--format=", "", " ", "\u0000", "\ud800", "\u001b[31m", "%00", "'", new('x', random.Next(1, 2_000)),
        ];
        string[] values = ["null", "7", "1e999", "[]", "{}", "\"x\"", "[null]", "[[]]", "{\"location\": \"/\", \"remotes\": [\"\\u0000\"]}", "{\"out\": 1}"];
        var typed = string.Join(", ", Enumerable.Range(0, random.Next(1, 5)).Select(_ => System.Text.Json.JsonSerializer.Serialize(words[random.Next(words.Length)])));
        string Value(string right) => random.Next(8) == 0 ? values[random.Next(values.Length)] : right;
        var json = $$"""{"arguments": {{Value($"[{typed}]")}}, "repository": {{Value("{}")}}, "screen": {{Value("{\"width\": 80}")}}}""";
        return random.Next(20) == 0 ? json[..(json.Length / 2)] : json;
    }

    [Fact(Timeout = Patience)]
    public async Task Every_described_status_can_be_had_and_every_answer_is_as_it_is_described()
    {
        var description = ApiDescription.Load();
        (string Body, string Media, string? Token)[] requests =
        [
            (Request("list"), "application/json", _stage.Token),
            (Request("list", "--limit", "0"), "application/json", _stage.Token),
            (Request("show", "toy#9"), "application/json", _stage.Token),
            (Request("nonsense"), "application/json", _stage.Token),
            (Request("list"), "application/json", null),
            (Request("token", "list"), "application/json", await _stage.AddTokenAsync(AccessScope.Read)),
            (Request(new string('x', CommandRequest.Largest)), "application/json", _stage.Token),
            (Request("list"), "text/plain", _stage.Token),
        ];
        foreach (var (body, media, token) in requests)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, _stage.Address + CommandRequest.Path) { Content = new StringContent(body, Encoding.UTF8, media) };
            message.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var answer = await _client.SendAsync(message);

            await description.ShouldCoverAsync(message, answer);
        }

        var operation = description.Operations.Single(each => each.Path == CommandRequest.Path).Operation;
        operation.GetProperty("responses").EnumerateObject().Select(response => response.Name).Where(status => status != "503")
            .ShouldBe(description.Seen.Keys.Select(each => each.Status), ignoreOrder: true);
    }

    private static string Request(params string[] words) => new CommandRequest([.. words], Whereabouts.Nowhere, Screen.None).ToJson();

    private async Task<HttpResponseMessage> SendAsync(string body)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _stage.Address + CommandRequest.Path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _stage.Token);
        return await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }
}
