using GradientCI.Webhook.Api;
using GradientCI.Webhook.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Api.Events;

/// <summary>A second service on a stage's record, which knows nothing of what the first one told.</summary>
internal sealed class EventsEndpointHost(ApiStage stage) : IAsyncDisposable
{
    private readonly ServiceHost _host = ServiceHost.Create(
        new ServiceOptions { Urls = ["http://127.0.0.1:0"], WebhookSecrets = ["a secret of this test"] },
        [new ApiRoutes(new ApiAccess(stage.Store, stage.Time, NullLogger<ApiAccess>.Instance), stage.Parts() with { Time = TimeProvider.System }).Map],
        [],
        NullLoggerFactory.Instance,
        TimeProvider.System);

    public HttpClient Client { get; } = new();

    public async Task StartAsync()
    {
        await _host.StartAsync(CancellationToken.None);
        Client.BaseAddress = new Uri(_host.Addresses.Single());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
    }
}
