using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Benchmarks;

/// <summary>Signed pushes of 8 KB, durable before the answer: our endpoint, and by turns a bare one that verifies and commits.</summary>
internal static class IntakeBenchmark
{
    private const int Senders = 64;
    private const int Turns = 5;
    private const string Secret = "a secret of this benchmark alone";
    private static readonly byte[] Key = Encoding.UTF8.GetBytes(Secret);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes($$"""{"ref": "refs/heads/main", "filler": "{{new string('x', 8_000)}}"}""");
    private static readonly string Signature = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Key, Body))}";

    /// <param name="seconds">How long all turns of one side take.</param>
    public static async Task RunAsync(int seconds)
    {
        var turn = TimeSpan.FromSeconds((double)seconds / Turns);
        await using var ours = await Side.StartAsync("our endpoint", store => new DeliveryEndpoint(
            store, new WebhookSignature([Secret]), new Doorbell(), TimeProvider.System, NullLogger<DeliveryEndpoint>.Instance).Map);
        await using var bare = await Side.StartAsync("bare endpoint", Bare);
        await ours.MeasureAsync(TimeSpan.FromSeconds(1));
        await bare.MeasureAsync(TimeSpan.FromSeconds(1));
        ours.Forget();
        bare.Forget();

        for (var number = 0; number < Turns; number++)
        {
            await ours.MeasureAsync(turn);
            await bare.MeasureAsync(turn);
        }

        Console.WriteLine(ours);
        Console.WriteLine(bare);
        Console.WriteLine($"ours against bare: {ours.Rate / bare.Rate:F2} (bar 0.8; 2,000/s; p99 100 ms)");
    }

    private static Action<IEndpointRouteBuilder> Bare(IDeliveryStore store) => routes => routes.MapPost(DeliveryEndpoint.Path, async context =>
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var signature = $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Key, body.ToArray()))}";
        if (signature == context.Request.Headers["X-Hub-Signature-256"])
        {
            await store.ReceiveAsync(new Delivery(context.Request.Headers["X-GitHub-Delivery"]!, "push", DateTimeOffset.UnixEpoch, body.ToArray()), CancellationToken.None);
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }
    });

    private sealed class Side(string name, string folder, SqliteExperimentStore store, ServiceHost host) : IAsyncDisposable
    {
        private readonly HttpClient _client = new() { BaseAddress = new Uri(host.Addresses.Single()) };
        private readonly ConcurrentBag<double> _milliseconds = [];
        private TimeSpan _spent;

        public double Rate => _milliseconds.Count / _spent.TotalSeconds;

        public static async Task<Side> StartAsync(string name, Func<IDeliveryStore, Action<IEndpointRouteBuilder>> map)
        {
            var folder = Directory.CreateTempSubdirectory("gradientci-bench-").FullName;
            var store = await SqliteExperimentStore.OpenAsync(folder, TimeProvider.System, CancellationToken.None);
            var options = new ServiceOptions { Urls = ["http://127.0.0.1:0"], WebhookSecrets = [Secret] };
            var host = ServiceHost.Create(options, [map(store)], [], NullLoggerFactory.Instance, TimeProvider.System);
            await host.StartAsync(CancellationToken.None);
            return new Side(name, folder, store, host);
        }

        public async Task MeasureAsync(TimeSpan time)
        {
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
            {
                while (watch.Elapsed < time)
                {
                    var began = Stopwatch.GetTimestamp();
                    await SendAsync();
                    _milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
            })));
            _spent += watch.Elapsed;
        }

        public void Forget()
        {
            _milliseconds.Clear();
            _spent = TimeSpan.Zero;
        }

        public override string ToString()
        {
            var sorted = _milliseconds.Order().ToList();
            return $"{name,-14} {Rate,8:N0}/s   median {sorted[sorted.Count / 2],6:F1} ms   p99 {sorted[sorted.Count * 99 / 100],6:F1} ms";
        }

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await host.DisposeAsync();
            await store.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }

        private async Task SendAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, DeliveryEndpoint.Path) { Content = new ByteArrayContent(Body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            request.Headers.Add("X-GitHub-Delivery", Guid.NewGuid().ToString());
            request.Headers.Add("X-GitHub-Event", "push");
            request.Headers.Add(WebhookSignature.Header, Signature);
            using var response = await _client.SendAsync(request);
            if (response.StatusCode != System.Net.HttpStatusCode.Accepted)
            {
                throw new InvalidOperationException($"{name} answered {response.StatusCode}.");
            }
        }
    }
}
