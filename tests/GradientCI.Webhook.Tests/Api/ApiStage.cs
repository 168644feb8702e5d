using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Secrets;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Api;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Portal;
using GradientCI.Webhook.Ports;
using GradientCI.Webhook.Tests.Triggers;
using GradientCI.Webhook.Triggers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Api;

/// <summary>A real store and a real server with endpoints of the API, and whoever calls them.</summary>
internal sealed class ApiStage : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SlotPool _slots;
    private ServiceHost _host = null!;

    private ApiStage()
    {
        _slots = new SlotPool(2, [], new GpuClaims(Data.GpuClaims), Time);
    }

    public Doorbell Recorded { get; } = new();

    public SqliteExperimentStore Store { get; private set; } = null!;

    public ManualTimeProvider Time { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    /// <summary>Where mirrors are fetched from; nobody is there unless a test says so.</summary>
    public TokenForge Forge { get; } = new() { Problem = new ForgeException(ForgeProblem.Unavailable, "The forge is not there.") };

    public DataFolder Data => new(_folder["data"]);

    /// <summary>What every answer is held to.</summary>
    public ApiDescription Description { get; } = ApiDescription.Load();

    public ApiRoutes Routes { get; set; } = null!;

    /// <summary>Serves the whole API.</summary>
    public static Task<ApiStage> ServeAsync() => SetAsync((stage, access) => (stage.Routes = new ApiRoutes(access, stage.Parts())).Map);

    /// <summary>Serves what a function maps.</summary>
    public static async Task<ApiStage> SetAsync(Func<ApiStage, ApiAccess, Action<IEndpointRouteBuilder>> routes)
    {
        var stage = new ApiStage();
        stage.Store = await SqliteExperimentStore.OpenAsync(stage.Data.Root, stage.Time, CancellationToken.None);
        var access = new ApiAccess(stage.Store, stage.Time, NullLogger<ApiAccess>.Instance);
        var options = new ServiceOptions { Urls = ["http://127.0.0.1:0"], WebhookSecrets = ["a secret of this test"] };
        stage._host = ServiceHost.Create(options, [routes(stage, access)], [], NullLoggerFactory.Instance, TimeProvider.System);
        await stage._host.StartAsync(CancellationToken.None);
        stage.Client = new HttpClient { BaseAddress = new Uri(stage._host.Addresses.Single()), Timeout = TimeSpan.FromSeconds(30) };
        return stage;
    }

    /// <summary>Makes a token.</summary>
    public async Task<string> AddTokenAsync(AccessScope scope = AccessScope.Read, string? project = null, DateTimeOffset? expires = null, string? name = null)
    {
        var text = TokenText.Make();
        var token = new AccessToken(name ?? text[^6..], scope, Time.GetUtcNow()) { Project = project is null ? null : new ProjectId(project), ExpiresAt = expires };
        (await Store.AddTokenAsync(token, TokenText.DigestOf(text)!, StoreSamples.Ada, CancellationToken.None)).ShouldBeTrue();
        return text;
    }

    /// <summary>Calls with a token.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token, Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        more?.Invoke(request);
        var answer = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (answer.Content.Headers.ContentType?.MediaType == "text/event-stream" && method != HttpMethod.Head)
        {
            // It has no end that could be waited for.
            return answer;
        }

        await answer.Content.LoadIntoBufferAsync();
        if (Routes is not null)
        {
            await Description.ShouldCoverAsync(request, answer);
        }

        return answer;
    }

    /// <summary>Reads JSON with a token.</summary>
    public async Task<JsonNode> GetAsync(string path, string token)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>Sends JSON with a token.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, string token, JsonNode? body) => SendAsync(
        HttpMethod.Post, path, token, request => request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"));

    /// <summary>Expects a problem as RFC 9457 has it.</summary>
    public static async Task<JsonNode> ShouldBeProblemAsync(HttpResponseMessage answer, int status)
    {
        ((int)answer.StatusCode).ShouldBe(status, await answer.Content.ReadAsStringAsync());
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        ((int)problem["status"]!).ShouldBe(status);
        ((string)problem["detail"]!).ShouldEndWith(".");
        ((string)problem["remedy"]!).ShouldNotBeEmpty();
        return problem;
    }

    public async ValueTask DisposeAsync()
    {
        _slots.Dispose();
        Client.Dispose();
        await _host.DisposeAsync();
        await Store.DisposeAsync();
        _folder.Dispose();
    }

    public ApiParts Parts() => new()
    {
        Data = Data,
        Store = Store,
        Events = Store,
        Queue = Store,
        Audit = Store,
        Pauses = Store,
        Requests = new RequestedRuns(Store, Store, new AskedCommits(Data, Store, Forge, Time), new Provenance(), "process", _slots, Time),
        Approvals = new ForkApprovals(Store, new PullRequestRuns(Data, Store, Store, new Provenance(), "process", Time), Time),
        AttemptTokens = AttemptTokens.Open(Data),
        Recorded = Recorded,
        RunCommandAsync = context =>
        {
            context.Response.ContentType = "application/x-ndjson";
            return context.Response.WriteAsync("{\"out\": \"Done.\"}\n{\"exit\": 0}\n");
        },
        Secrets = new SecretVault(Store, SecretKeyFile.Locate(Data, _ => null), Time),
        Ports = new PortLinks(PortalKey.Open(Data.PortalKey), new Uri("https://ci.example.org/lab"), portsUrl: null),
        Time = Time,
    };
}
