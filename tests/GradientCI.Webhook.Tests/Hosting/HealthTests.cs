using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Tests.Intake;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Hosting;

public sealed class HealthTests
{
    private const int Patience = 60_000;

    [Fact(Timeout = Patience)]
    public async Task A_service_that_has_what_it_needs_is_live_and_ready()
    {
        await using var stage = await IntakeStage.SetAsync();

        (await GetAsync(stage, "/healthz")).ShouldBe((200, "live\n"));
        (await GetAsync(stage, "/readyz")).ShouldBe((200, """{"ready":true,"checks":{"database":"ok"}}"""));
    }

    [Fact(Timeout = Patience)]
    public async Task A_service_that_lacks_something_is_live_and_says_what()
    {
        await using var stage = await IntakeStage.SetAsync(new DiskReadiness("/", long.MaxValue, 0), new Broken());
        await stage.Store.DisposeAsync();

        var (status, text) = await GetAsync(stage, "/readyz");

        status.ShouldBe(503);
        text.ShouldContain("\"ready\":false");
        text.ShouldContain("\"disk\":\"The data folder\\u0027s disk has ");
        text.ShouldContain("\"broken\":\"Its sentence.\"");
        text.ShouldContain("\"database\":\"ObjectDisposedException\"");
        (await GetAsync(stage, "/healthz")).Status.ShouldBe(200);
    }

    [Fact(Timeout = Patience)]
    public async Task A_service_whose_address_is_taken_says_so()
    {
        await using var stage = await IntakeStage.SetAsync();
        var options = new ServiceOptions { Urls = [stage.Address.ToString()], WebhookSecrets = [IntakeStage.Secret] };
        await using var second = ServiceHost.Create(options, [], [], NullLoggerFactory.Instance, TimeProvider.System);

        var refusal = await Should.ThrowAsync<GradientException>(() => second.StartAsync(CancellationToken.None));

        refusal.Message.ShouldStartWith("The service cannot listen: ");
    }

    private static async Task<(int Status, string Text)> GetAsync(IntakeStage stage, string path)
    {
        using var response = await stage.Client.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed class Broken : IReadinessCheck
    {
        public string Name => "broken";

        public Task<string?> CheckAsync(CancellationToken cancellationToken) => throw new GradientException(FailureKind.Environment, "Its sentence.");
    }
}
