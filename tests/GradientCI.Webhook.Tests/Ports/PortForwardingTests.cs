using System.Net;
using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace GradientCI.Webhook.Tests.Ports;

public sealed class PortForwardingTests
{
    private const int Patience = 60_000;

    [Fact(Timeout = Patience)]
    public async Task A_request_reaches_the_trial_below_its_own_path_as_it_came()
    {
        await using var stage = await PortStage.SetAsync(
            context => context.Response.WriteAsync($"{context.Request.Method} {context.Features.Get<IHttpRequestFeature>()!.RawTarget} {context.Request.Host}"));

        (await stage.Client.GetStringAsync(stage.Path)).ShouldBe("GET / localhost:6006");
        (await stage.Client.GetStringAsync(stage.Path + "data/a%20b%2Fc?x=1&y=%3D")).ShouldBe("GET /data/a%20b%2Fc?x=1&y=%3D localhost:6006");
        using var put = await stage.Client.PutAsync(stage.Path + "x", content: null);
        (await put.Content.ReadAsStringAsync()).ShouldBe("PUT /x localhost:6006");
        stage.Asked.ShouldAllBe(asked => asked.Attempt == stage.Attempt && asked.Number == PortStage.Port && asked.Handle == "pid:1" && !asked.IsInContainer);
    }

    [Fact(Timeout = Patience)]
    public async Task WebSockets_go_both_ways_though_their_page_has_no_origin()
    {
        await using var stage = await PortStage.SetAsync(async context =>
        {
            using var heard = await context.WebSockets.AcceptWebSocketAsync("echo");
            await heard.SendAsync(Encoding.UTF8.GetBytes(context.Request.Headers.Origin.ToString()), WebSocketMessageType.Text, endOfMessage: true, default);
            var bytes = new byte[100];
            WebSocketReceiveResult said;
            while ((said = await heard.ReceiveAsync(bytes, default)).MessageType != WebSocketMessageType.Close)
            {
                await heard.SendAsync(bytes.AsMemory(0, said.Count), said.MessageType, said.EndOfMessage, default);
            }

            await heard.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", default);
        });
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("echo");
        socket.Options.SetRequestHeader("Origin", "null");

        await socket.ConnectAsync(new Uri($"ws://{stage.Client.BaseAddress!.Authority}{stage.Path}socket"), default);

        socket.SubProtocol.ShouldBe("echo");
        (await ReceiveAsync(socket)).ShouldBe("http://localhost:6006");
        foreach (var word in (string[])["one", "two"])
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(word), WebSocketMessageType.Text, endOfMessage: true, default);
            (await ReceiveAsync(socket)).ShouldBe(word);
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);
        socket.CloseStatusDescription.ShouldBe("bye");
    }

    [Fact(Timeout = Patience)]
    public async Task Events_come_as_they_are_sent_and_the_trial_hears_when_nobody_listens_any_more()
    {
        var (goOn, left) = (new SemaphoreSlim(0), new TaskCompletionSource());
        await using var stage = await PortStage.SetAsync(async context =>
        {
            context.RequestAborted.Register(left.SetResult);
            context.Response.ContentType = "text/event-stream";
            for (var number = 1; ; number++)
            {
                await context.Response.WriteAsync($"data: {number}\n");
                await context.Response.Body.FlushAsync();
                await goOn.WaitAsync(context.RequestAborted);
            }
        });

        using (var answer = await stage.Client.GetAsync(stage.Path, HttpCompletionOption.ResponseHeadersRead))
        using (var reader = new StreamReader(await answer.Content.ReadAsStreamAsync()))
        {
            (await reader.ReadLineAsync()).ShouldBe("data: 1");
            goOn.Release();
            (await reader.ReadLineAsync()).ShouldBe("data: 2");
        }

        await left.Task;
    }

    [Fact(Timeout = Patience)]
    public async Task A_body_reaches_the_trial_while_it_is_sent()
    {
        var heard = new TaskCompletionSource<int>();
        await using var stage = await PortStage.SetAsync(async context =>
        {
            heard.SetResult(await context.Request.Body.ReadAsync(new byte[TwoParts.Size]));
            await context.Request.Body.CopyToAsync(Stream.Null);
        });
        using var content = new TwoParts(heard.Task);

        using var answer = await stage.Client.PostAsync(stage.Path, content);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await heard.Task).ShouldBeGreaterThan(0);
    }

    [Fact(Timeout = Patience)]
    public async Task Where_nothing_listens_a_sentence_says_so()
    {
        await using var stage = await PortStage.SetAsync();

        using var answer = await stage.Client.GetAsync(stage.Path);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("Port 6006 of the trial digits#1.1 gives no answer");
    }

    [Fact(Timeout = Patience)]
    public async Task More_requests_at_once_than_a_browser_makes_are_refused()
    {
        var (begun, end) = (new SemaphoreSlim(0), new TaskCompletionSource());
        await using var stage = await PortStage.SetAsync(async _ =>
        {
            begun.Release();
            await end.Task;
        });
        var first = Enumerable.Range(0, 32).Select(_ => stage.Client.GetAsync(stage.Path)).ToList();
        for (var count = 0; count < first.Count; count++)
        {
            await begun.WaitAsync();
        }

        using var refused = await stage.Client.GetAsync(stage.Path);
        end.SetResult();
        await Task.WhenAll(first);
        using var again = await stage.Client.GetAsync(stage.Path);

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        var bytes = new byte[100];
        var received = await socket.ReceiveAsync(bytes, CancellationToken.None);
        return Encoding.UTF8.GetString(bytes, 0, received.Count);
    }

    /// <summary>Sends its second part once the first was heard.</summary>
    private sealed class TwoParts(Task heard) : HttpContent
    {
        // More than any buffer on the way holds back.
        public const int Size = 100_000;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[Size]);
            await stream.FlushAsync();
            await heard;
            await stream.WriteAsync(new byte[Size]);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
