using System.Net;
using System.Text.RegularExpressions;
using GradientCI.Runner;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Monitoring;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Monitoring;

public sealed class MetricsTests : IDisposable
{
    private const int Patience = 60_000;
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new();
    private readonly CountedBacklog _backlog;

    public MetricsTests()
    {
        _backlog = new CountedBacklog(_time.GetUtcNow().AddMinutes(-2));
    }

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Patience)]
    public async Task What_waits_is_told_with_its_age_and_what_the_forge_allows()
    {
        var text = await Source().ReadAsync(CancellationToken.None);

        foreach (var line in (string[])[
            "gradientci_record_readable 1", "gradientci_inbox_deliveries 3", "gradientci_inbox_age_seconds 120", "gradientci_outbox_age_seconds 0",
            "gradientci_runs{state=\"queued\"} 1", "gradientci_trials{state=\"running\"} 4", "gradientci_workers 2",
            "gradientci_forge_calls_left{forge=\"github\",as=\"installation 42\"} 4711", "gradientci_orphans_adopted_total 0"])
        {
            text.ShouldContain($"\n{line}\n");
        }

        text.ShouldMatch(@"(?m)^gradientci_disk_free_bytes \d+$");
    }

    [Fact(Timeout = Patience)]
    public async Task Every_line_is_of_the_format_and_every_family_is_there_once()
    {
        var lines = (await Source().ReadAsync(CancellationToken.None)).TrimEnd('\n').Split('\n');

        lines.ShouldAllBe(line => Regex.IsMatch(line, """^(# HELP gradientci_[a-z_]+ .+|# TYPE gradientci_[a-z_]+ (gauge|counter|histogram)|gradientci_[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.eE+-]+)$"""));
        lines.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)).ShouldBeUnique();
    }

    [Fact(Timeout = Patience)]
    public async Task However_many_ask_the_record_is_read_once_in_some_seconds()
    {
        var source = Source();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => source.ReadAsync(CancellationToken.None)));
        _backlog.Reads.ShouldBe(1);

        _time.Advance(TimeSpan.FromSeconds(6));
        await source.ReadAsync(CancellationToken.None);

        _backlog.Reads.ShouldBe(2);
    }

    [Fact(Timeout = Patience)]
    public async Task A_record_that_cannot_be_read_keeps_the_rest_from_nobody()
    {
        _backlog.IsBroken = true;

        var text = await Source().ReadAsync(CancellationToken.None);

        text.ShouldContain("gradientci_record_readable 0");
        text.ShouldNotContain("gradientci_inbox_age_seconds");
        text.ShouldContain("gradientci_disk_free_bytes");
    }

    [Fact(Timeout = Patience)]
    public async Task Only_who_may_gets_to_read()
    {
        var options = new ServiceOptions { Urls = ["http://127.0.0.1:0"], WebhookSecrets = ["0123456789abcdef"] };
        var endpoint = new MetricsEndpoint(Source(), context => LocalRequests.IsLocal(context.Request));
        await using var host = ServiceHost.Create(options, [endpoint.Map], [], NullLoggerFactory.Instance, TimeProvider.System);
        await host.StartAsync(CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(host.Addresses.Single()) };

        using var answer = await client.GetAsync(new Uri("/metrics", UriKind.Relative));
        using var proxied = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "X-Forwarded-For", "192.0.2.1" } } };
        using var refusal = await client.SendAsync(proxied);

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        (await answer.Content.ReadAsStringAsync()).ShouldStartWith("# HELP gradientci_record_readable ");
        refusal.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await refusal.Content.ReadAsStringAsync()).ShouldBe("There is nothing here.\n");
    }

    private MetricsSource Source() => new(_backlog, new ServiceMeters(), new DataFolder(_folder.Path), _time)
    {
        CallsLeft = () => [new CallsLeft("github", "installation 42", 4711)],
    };

    private sealed class CountedBacklog(DateTimeOffset oldest) : IBacklog
    {
        private int _reads;

        public int Reads => _reads;

        public bool IsBroken { get; set; }

        public Task<Backlog> ReadBacklogAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            return IsBroken
                ? throw new GradientException(FailureKind.Environment, "The disk is gone.")
                : Task.FromResult(new Backlog
                {
                    Deliveries = 3, OldestDelivery = oldest, Answers = 0, DeadAnswers = 0, QueuedRuns = 1, RunningRuns = 2, QueuedTrials = 3, RunningTrials = 4, LivingWorkers = 2,
                });
        }
    }
}
