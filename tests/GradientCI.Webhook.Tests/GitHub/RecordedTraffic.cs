using System.Net;
using System.Text.Json.Nodes;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>Replays traffic that Octokit recorded, in order: a call that differs is a failure.</summary>
internal sealed class RecordedTraffic(string name) : HttpMessageHandler
{
    private readonly Queue<JsonNode> _calls = new(JsonNode.Parse(File.ReadAllBytes(PathOf($"{name}.json")))!.AsArray().Select(call => call!));

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "GitHub", "Data", file);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = _calls.Dequeue();
        request.Method.Method.ShouldBe(((string)call["method"]!).ToUpperInvariant());
        request.RequestUri!.PathAndQuery.ShouldBe((string)call["path"]!);
        if (request.Content is not null)
        {
            JsonNode.DeepEquals(JsonNode.Parse(await request.Content.ReadAsByteArrayAsync(cancellationToken)), call["body"]).ShouldBeTrue();
        }

        var response = new HttpResponseMessage((HttpStatusCode)(int)call["status"]!) { Content = new StringContent(call["response"]!.ToJsonString()) };
        foreach (var (header, value) in call["headers"]!.AsObject())
        {
            response.Headers.TryAddWithoutValidation(header, value!.ToString());
        }

        return response;
    }
}
