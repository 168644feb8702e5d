using GradientCI.Cli.Remote;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Api;
using GradientCI.Webhook.Forges.BareGit;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Cli.Tests.Remote;

/// <summary>A repository, its data folder, and a server that runs commands on it: the same command can be typed here and there.</summary>
internal sealed class RemoteStage : IAsyncDisposable
{
    private readonly GradientCliHost _here;
    private readonly GradientCliHost _there;
    private ServiceHost _host = null!;
    private SlotPool _slots = null!;
    private SqliteExperimentStore _store = null!;
    private SmallDisk? _disk;

    private RemoteStage()
    {
        (_here, _there) = (new GradientCliHost(Repository.Path), new GradientCliHost(Repository.Path));
    }

    public TestRepository Repository { get; } = ExampleRepository.Create();

    public string Data => _here.Data;

    public SqliteExperimentStore Store => _store;

    /// <summary>The clock of tokens.</summary>
    public ManualTimeProvider TokenTime { get; } = new(TimeProvider.System.GetUtcNow());

    /// <summary>How often the server was asked for anything.</summary>
    public int Requests { get; private set; }

    /// <summary>Where the server is.</summary>
    public string Address => _host.Addresses.Single();

    /// <summary>The token of whoever types there.</summary>
    public string Token { get; set; } = "";

    /// <summary>The folder that is typed in.</summary>
    public string Directory
    {
        set => (_here.Directory, _there.Directory) = (value, value);
    }

    /// <summary>What is peculiar about both terminals.</summary>
    public Func<Terminal, Terminal> Peculiar { get; set; } = terminal => terminal;

    /// <param name="megabytes">The room of the service's disk; null for as much as there is.</param>
    public static async Task<RemoteStage> SetAsync(int? megabytes = null)
    {
        var stage = new RemoteStage();
        stage._disk = megabytes is { } room ? new SmallDisk(stage.Data, room) : null;
        var data = new DataFolder(stage.Data);
        stage._store = await SqliteExperimentStore.OpenAsync(data.Root, TimeProvider.System, CancellationToken.None);
        var access = new ApiAccess(stage._store, stage.TokenTime, NullLogger<ApiAccess>.Instance);
        stage._slots = new SlotPool(4, [], new GpuClaims(data.GpuClaims), TimeProvider.System);
        var requests = new RequestedRuns(stage._store, stage._store, new AskedCommits(data, stage._store, new PlainGit(), TimeProvider.System), new Provenance(), "process", stage._slots, TimeProvider.System);
        var endpoint = new CommandEndpoint(data, requests, new Doorbell(), TimeProvider.System, NullLogger<CommandEndpoint>.Instance);
        var options = new ServiceOptions { Urls = ["http://127.0.0.1:0"], WebhookSecrets = ["a secret of this test"] };
        stage._host = ServiceHost.Create(options, [stage.Count, routes => access.RequireScope(routes.MapPost(CommandRequest.Path, endpoint.Open()), AccessScope.Read)], [], NullLoggerFactory.Instance, TimeProvider.System);
        await stage._host.StartAsync(CancellationToken.None);
        stage.Token = await stage.AddTokenAsync(AccessScope.Admin);
        return stage;
    }

    public async Task<string> AddTokenAsync(AccessScope scope, string? project = null, string? name = null)
    {
        var text = TokenText.Make();
        var token = new AccessToken(name ?? text[^6..], scope, TimeProvider.System.GetUtcNow()) { Project = project is null ? null : new ProjectId(project) };
        (await _store.AddTokenAsync(token, TokenText.DigestOf(text)!, StoreSamples.Ada, CancellationToken.None)).ShouldBeTrue();
        return text;
    }

    public async Task<string> ProjectAsync() => (await _store.ListProjectsAsync(CancellationToken.None)).Single().Id.Value;

    /// <summary>Types a command at this machine.</summary>
    public Task<CliAnswer> HereAsync(params string[] words)
    {
        _here.Peculiar = Peculiar;
        return _here.TypeAsync(words);
    }

    /// <summary>Types a command to the server; the data folder here is another, empty one.</summary>
    public Task<CliAnswer> ThereAsync(params string[] words)
    {
        _there.Peculiar = terminal =>
        {
            var variable = terminal.Variable;
            return Peculiar(terminal with { Variable = name => name switch { "GRADIENTCI_SERVER" => Address, "GRADIENTCI_TOKEN" => Token, _ => variable(name) } });
        };
        return _there.TypeAsync(words);
    }

    public async ValueTask DisposeAsync()
    {
        System.IO.Directory.EnumerateFileSystemEntries(_there.Data).ShouldBeEmpty("nothing that a service runs touches the data folder here");
        await _host.StopAsync();
        await _host.DisposeAsync();
        await _store.DisposeAsync();
        _disk?.Dispose();
        _slots.Dispose();
        _here.Dispose();
        _there.Dispose();
        Repository.Dispose();
    }

    private void Count(IEndpointRouteBuilder routes) => ((IApplicationBuilder)routes).Use((_, next) =>
    {
        Requests++;
        return next();
    });
}
