using System.Security.Cryptography;
using System.Text;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Notices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Notices;

public sealed class WebhookChannelTests : IAsyncLifetime, IDisposable
{
    private const int Patience = 60_000;
    private const string Secret = "a secret of this test alone";
    private static readonly Notice Notice = new(42, "webhook", """{"sentence":"digits#1 passed ä"}""", StoreSamples.Noon, 0);

    private readonly ManualTimeProvider _time = new();
    private readonly HttpClient _http = WebhookChannel.NewClient();
    private readonly List<(string Path, IHeaderDictionary Headers, string Body)> _got = [];
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ServiceHost _host = null!;

    public async Task InitializeAsync()
    {
        var options = new ServiceOptions { Urls = ["http://127.0.0.1:0"], WebhookSecrets = [Secret] };
        _host = ServiceHost.Create(options, [routes => routes.MapPost("/{what}", AnswerAsync)], [], NullLoggerFactory.Instance, TimeProvider.System);
        await _host.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync() => await _host.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact(Timeout = Patience)]
    public async Task A_notice_is_posted_as_it_is_and_signed()
    {
        await Channel("take", Secret).SendAsync(Notice, CancellationToken.None);

        var (_, headers, body) = _got.ShouldHaveSingleItem();
        body.ShouldBe(Notice.Json);
        headers.ContentType.ToString().ShouldBe("application/json");
        headers["X-Gradient-Delivery"].ToString().ShouldBe("42");
        headers["X-Gradient-Signature-256"].ToString()
            .ShouldBe($"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(Notice.Json)))}");
    }

    [Fact(Timeout = Patience)]
    public async Task A_redirect_is_not_followed()
    {
        var refusal = await Should.ThrowAsync<NoticeException>(() => Channel("redirect", null).SendAsync(Notice, CancellationToken.None));

        refusal.Message.ShouldBe("127.0.0.1 answered 302.");
        _got.Select(each => each.Path).ShouldBe(["/redirect"]);
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_does_not_answer_in_time_has_not_taken_it()
    {
        var sending = Channel("hang", null).SendAsync(Notice, CancellationToken.None);
        await _asked.Task;

        _time.Advance(TimeSpan.FromSeconds(11));

        (await Should.ThrowAsync<NoticeException>(() => sending)).Message.ShouldBe("127.0.0.1 did not answer within 10 s.");
    }

    [Fact(Timeout = Patience)]
    public async Task Whoever_is_not_there_has_not_taken_it_and_its_address_is_told_to_nobody()
    {
        var channel = new WebhookChannel(new NoticeWebhook(new Uri("http://127.0.0.1:9/T0KEN"), null), _http, _time);

        (await Should.ThrowAsync<NoticeException>(() => channel.SendAsync(Notice, CancellationToken.None))).Message.ShouldBe("127.0.0.1 could not be reached: ConnectionError.");
        channel.Name.ShouldNotContain("T0KEN");
        channel.Name.ShouldNotBe(Channel("take", null).Name);
    }

    private WebhookChannel Channel(string what, string? secret) => new(new NoticeWebhook(new Uri(new Uri(_host.Addresses.Single()), what), secret), _http, _time);

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        lock (_got)
        {
            _got.Add((context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary()), body));
        }

        switch (context.Request.Path)
        {
            case "/redirect":
                context.Response.Redirect("/take");
                break;
            case "/hang":
                _asked.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
        }
    }
}
