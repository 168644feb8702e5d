using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Intake;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Intake;

/// <summary>The intake behind a real server on the loopback address, with a real store.</summary>
internal sealed class IntakeStage : IAsyncDisposable
{
    public const string HookSecret = "a secret of hooks alone";
    public const string Secret = "a secret of this test alone";
    private readonly TemporaryFolder _folder = new();

    private IntakeStage()
    {
    }

    public SqliteExperimentStore Store { get; private set; } = null!;

    public HttpClient Client { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public Uri Address => new(Host.Addresses.Single());

    public ServiceHost Host { get; private set; } = null!;

    public static async Task<IntakeStage> SetAsync(params IReadOnlyList<IReadinessCheck> checks)
    {
        var stage = new IntakeStage();
        stage.Store = await SqliteExperimentStore.OpenAsync(stage._folder.Path, TimeProvider.System, CancellationToken.None);
        var endpoint = new DeliveryEndpoint(
            stage.Store, new WebhookSignature([Secret]), new Doorbell(), stage.Time, NullLogger<DeliveryEndpoint>.Instance)
        {
            HookSignature = new WebhookSignature([HookSecret]),
        };
        var options = new ServiceOptions { Urls = ["http://127.0.0.1:0"], WebhookSecrets = [Secret] };
        stage.Host = ServiceHost.Create(options, [endpoint.Map], [new DatabaseReadiness(stage.Store), .. checks], NullLoggerFactory.Instance, TimeProvider.System);
        await stage.Host.StartAsync(CancellationToken.None);
        stage.Client.BaseAddress = stage.Address;
        return stage;
    }

    /// <summary>What GitHub would send.</summary>
    public static HttpRequestMessage Request(byte[] body, string secret = Secret)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, DeliveryEndpoint.Path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-GitHub-Delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958");
        request.Headers.Add("X-GitHub-Event", "push");
        request.Headers.Add(WebhookSignature.Header, $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), body))}");
        return request;
    }

    public async Task<(int Status, string Text)> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>How many deliveries are kept.</summary>
    public async Task<int> CountAsync() => (await Store.CountDeliveriesAsync(CancellationToken.None)).Sum(each => each.Count);

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Store.DisposeAsync();
        Client.Dispose();
        _folder.Dispose();
    }
}
