using System.Net;
using System.Net.Sockets;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Executors;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Portal;
using GradientCI.Webhook.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Ports;

/// <summary>A service, a trial of the record that runs, and a server that stands for what it listens at.</summary>
internal sealed class PortStage : IAttemptPorts, IAsyncDisposable
{
    public const int Port = 6006;
    private readonly TemporaryFolder _folder = new();
    private readonly List<AttemptPort> _asked = [];
    private WebApplication? _trial;
    private ServiceHost _host = null!;

    public SqliteExperimentStore Store { get; private set; } = null!;

    public PortalKey Key { get; private set; } = null!;

    public PortLinks Links { get; private set; } = null!;

    /// <summary>The run, whose first trial runs.</summary>
    public Run Run { get; private set; } = null!;

    public AttemptId Attempt { get; private set; }

    public TrialPort TrialPort => new(new TrialId(Run.Id, 1), Port);

    /// <summary>The host of the trial's port, where it has one.</summary>
    public string Host => new Uri(Links.Of(TrialPort)).Authority;

    /// <summary>The path of the trial's port, with its key and a slash.</summary>
    public string Path => new Uri(Links.Of(TrialPort)).AbsolutePath;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>What connections were asked for.</summary>
    public IReadOnlyList<AttemptPort> Asked => _asked;

    public static async Task<PortStage> SetAsync(RequestDelegate? trial = null, string? portsUrl = null)
    {
        var stage = new PortStage();
        var data = new DataFolder(stage._folder["data"]);
        stage.Store = await SqliteExperimentStore.OpenAsync(data.Root, TimeProvider.System, CancellationToken.None);
        stage.Key = PortalKey.Open(data.PortalKey);
        stage.Links = new PortLinks(
            stage.Key, new Uri("https://ci.example.org"), portsUrl is not null && WildcardUrl.TryParse(portsUrl, out var hosts) ? hosts : null);
        var run = StoreSamples.Run();
        stage.Run = await stage.Store.AddRunAsync(trials: 2, run with { Spec = run.Spec with { Ports = [Port] } });
        stage.Attempt = await stage.Store.StartAsync(new TrialId(stage.Run.Id, 1));
        if (trial is not null)
        {
            await stage.ListenAsync(trial);
        }

        var options = new ServiceOptions { Urls = ["http://127.0.0.1:0"], WebhookSecrets = ["a secret of this test"] };
        stage._host = ServiceHost.Create(
            options, [new PortRoutes(stage.Links, new OpenPorts(stage.Store, data), stage).Map], [], NullLoggerFactory.Instance, TimeProvider.System);
        await stage._host.StartAsync(CancellationToken.None);
        stage.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(stage._host.Addresses.Single()), Timeout = TimeSpan.FromSeconds(30),
        };
        return stage;
    }

    /// <summary>Asks for a path at a host, with headers.</summary>
    public async Task<HttpResponseMessage> AskAsync(string host, string path, params IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        }

        return await Client.SendAsync(request);
    }

    /// <summary>Follows the link at the port's own host.</summary>
    /// <returns>The cookie that the browser is given, as it sends it.</returns>
    public async Task<string> EnterAsync()
    {
        using var entered = await AskAsync(Host, Path);
        return entered.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    public async Task<Stream> ConnectAsync(AttemptPort port, CancellationToken cancellationToken)
    {
        lock (_asked)
        {
            _asked.Add(port);
        }

        if (_trial is null)
        {
            throw new IOException("Nobody listens.");
        }

        var address = new Uri(_trial.Urls.Single());
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
        if (_trial is not null)
        {
            await _trial.DisposeAsync();
        }

        await Store.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ListenAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _trial = builder.Build();
        _trial.UseWebSockets();
        _trial.Run(answer);
        await _trial.StartAsync();
    }
}
