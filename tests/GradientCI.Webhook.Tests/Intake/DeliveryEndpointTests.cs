using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using GradientCI.Stores;
using GradientCI.Webhook.Intake;

namespace GradientCI.Webhook.Tests.Intake;

public sealed class DeliveryEndpointTests
{
    private const int Patience = 60_000;
    private const string Id = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
    private static readonly byte[] Body = "{\"zen\": \"ä\"}"u8.ToArray();

    [Fact(Timeout = Patience)]
    public async Task A_signed_delivery_is_durable_when_it_is_acknowledged()
    {
        await using var stage = await IntakeStage.SetAsync();

        var answer = await stage.SendAsync(IntakeStage.Request(Body));

        answer.ShouldBe((202, $$"""{"delivery":"{{Id}}","receipt":"accepted"}"""));
        var delivery = (await stage.Store.ListDueDeliveriesAsync(stage.Time.GetUtcNow(), [], 10, CancellationToken.None)).ShouldHaveSingleItem();
        (delivery.Id, delivery.Event, delivery.ReceivedAt).ShouldBe((Id, "push", stage.Time.GetUtcNow()));
        delivery.Body.ToArray().ShouldBe(Body);
    }

    [Fact(Timeout = Patience)]
    public async Task A_delivery_that_comes_again_is_said_to_be_known_and_one_that_failed_is_taken()
    {
        await using var stage = await IntakeStage.SetAsync();
        await stage.SendAsync(IntakeStage.Request(Body));

        (await stage.SendAsync(IntakeStage.Request(Body))).ShouldBe((202, $$"""{"delivery":"{{Id}}","receipt":"duplicate"}"""));
        await stage.Store.EndDeliveryAsync(Id, DeliveryState.Failed, "It broke.", default, CancellationToken.None);
        (await stage.SendAsync(IntakeStage.Request(Body))).ShouldBe((202, $$"""{"delivery":"{{Id}}","receipt":"taken-again"}"""));
    }

    [Theory(Timeout = Patience)]
    [InlineData("unsigned", 401)]
    [InlineData("signed with another secret", 401)]
    [InlineData("signed for another body", 401)]
    [InlineData("signed twice", 401)]
    [InlineData("a form", 415)]
    [InlineData("no content type", 415)]
    [InlineData("GET", 405)]
    [InlineData("no id", 400)]
    [InlineData("an id with a quote", 400)]
    [InlineData("an endless id", 400)]
    [InlineData("no event", 400)]
    [InlineData("an event in capitals", 400)]
    [InlineData("empty", 400)]
    [InlineData("truncated", 400)]
    [InlineData("a list", 400)]
    [InlineData("two objects", 400)]
    [InlineData("too deep", 400)]
    [InlineData("too large", 413)]
    [InlineData("too large in pieces", 413)]
    public async Task What_is_not_a_sound_signed_delivery_is_refused_and_writes_nothing(string flaw, int status)
    {
        await using var stage = await IntakeStage.SetAsync();

        var answer = await stage.SendAsync(Flawed(flaw));

        answer.Status.ShouldBe(status, answer.Text);
        answer.Text.ShouldNotContain(IntakeStage.Secret);
        (await stage.CountAsync()).ShouldBe(0);
    }

    [Fact(Timeout = Patience)]
    public async Task The_largest_body_that_is_sent_is_taken()
    {
        await using var stage = await IntakeStage.SetAsync();
        var body = Encoding.UTF8.GetBytes($$"""{"zen": "{{new string('z', (25 << 20) - 20)}}"}""");

        (await stage.SendAsync(IntakeStage.Request(body))).Status.ShouldBe(202);
    }

    [Fact(Timeout = Patience)]
    public async Task A_store_that_keeps_nothing_is_told_of_so_that_the_delivery_is_sent_again()
    {
        await using var stage = await IntakeStage.SetAsync();
        await stage.Store.DisposeAsync();

        var answer = await stage.SendAsync(IntakeStage.Request(Body));

        answer.ShouldBe((503, """{"error":"The delivery could not be kept: send it again later."}"""));
    }

    [Fact(Timeout = Patience)]
    public async Task A_sender_that_never_ends_is_cut_off()
    {
        await using var stage = await IntakeStage.SetAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(stage.Address.Host, stage.Address.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {DeliveryEndpoint.Path} HTTP/1.1\r\nHost: ci\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{{"));

        // The clock is the test's: its 15 seconds begin when the endpoint's timer is set.
        while (stage.Time.NextDue is null)
        {
            await Task.Yield();
        }

        stage.Time.Advance(TimeSpan.FromSeconds(16));

        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 408 Request Timeout");
        (await stage.CountAsync()).ShouldBe(0);
    }

    private static HttpRequestMessage Flawed(string flaw)
    {
        var request = IntakeStage.Request(flaw switch
        {
            "empty" => [],
            "truncated" => Body[..^1],
            "a list" => "[{}]"u8.ToArray(),
            "two objects" => "{}{}"u8.ToArray(),
            "too deep" => Encoding.ASCII.GetBytes($"{{\"a\": {new string('[', 64)}{new string(']', 64)}}}"),
            "too large" or "too large in pieces" => new byte[(25 << 20) + 1],
            _ => Body,
        });
        switch (flaw)
        {
            case "unsigned":
                request.Headers.Remove(WebhookSignature.Header);
                break;
            case "signed with another secret":
                return IntakeStage.Request(Body, "not the secret that is set");
            case "signed for another body":
                request.Content = new ByteArrayContent("{}"u8.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
                break;
            case "signed twice":
                request.Headers.Add(WebhookSignature.Header, request.Headers.GetValues(WebhookSignature.Header).Single());
                break;
            case "a form":
                request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
                break;
            case "no content type":
                request.Content!.Headers.ContentType = null;
                break;
            case "GET":
                request.Method = HttpMethod.Get;
                request.Content = null;
                break;
            case "no id":
                request.Headers.Remove("X-GitHub-Delivery");
                break;
            case "an id with a quote" or "an endless id":
                request.Headers.Remove("X-GitHub-Delivery");
                request.Headers.Add("X-GitHub-Delivery", flaw == "an endless id" ? new string('1', 101) : "1\"2");
                break;
            case "no event":
                request.Headers.Remove("X-GitHub-Event");
                break;
            case "an event in capitals":
                request.Headers.Remove("X-GitHub-Event");
                request.Headers.Add("X-GitHub-Event", "PUSH");
                break;
            case "too large":
                // As curl asks before it sends much; who does not is cut off.
                request.Headers.ExpectContinue = true;
                break;
            case "too large in pieces":
                request.Headers.TransferEncodingChunked = true;
                break;
        }

        return request;
    }

    [Theory(Timeout = 30_000)]
    [InlineData(DeliveryEndpoint.GitPath, "issue_comment", IntakeStage.HookSecret, 400)]
    [InlineData(DeliveryEndpoint.GitPath, "git_push", IntakeStage.Secret, 401)]
    [InlineData(DeliveryEndpoint.Path, "git_push", IntakeStage.Secret, 400)]
    [InlineData(DeliveryEndpoint.Path, "push", IntakeStage.HookSecret, 401)]
    public async Task A_hooks_secret_could_sign_what_only_GitHub_says(string path, string name, string secret, int status)
    {
        await using var stage = await IntakeStage.SetAsync();
        using var request = IntakeStage.Request("{}"u8.ToArray(), secret);
        request.RequestUri = new Uri(path, UriKind.Relative);
        request.Headers.Remove("X-GitHub-Event");
        request.Headers.Add("X-GitHub-Event", name);

        (await stage.SendAsync(request)).Status.ShouldBe(status);
    }
}
