using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Hosting;

/// <summary>The web server of the service.</summary>
public sealed partial class ServiceHost : IAsyncDisposable
{
    // Above what any endpoint takes, so that those can answer what is too large in their own words.
    private const long LargestBody = 26 << 20;
    private const int MostConnections = 1_000;
    private static readonly TimeSpan HeaderPatience = TimeSpan.FromSeconds(15);

    // What is being answered when the service is to leave has less than the 30 s that the whole service has.
    private static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(20);

    private readonly WebApplication _application;
    private readonly ILogger _logger;

    private ServiceHost(WebApplication application, ILogger logger)
    {
        (_application, _logger) = (application, logger);
    }

    /// <summary>Where it listens, once it has started.</summary>
    public IReadOnlyCollection<string> Addresses => [.. _application.Urls];

    /// <summary>Puts a server together.</summary>
    /// <param name="options">Where it listens.</param>
    /// <param name="routes">What it answers, besides <c>/healthz</c> and <c>/readyz</c>.</param>
    /// <param name="checks">What it needs to be ready.</param>
    /// <param name="logs">Where it logs to; stays the caller's.</param>
    /// <param name="time">Limits the checks.</param>
    public static ServiceHost Create(
        ServiceOptions options, IEnumerable<Action<IEndpointRouteBuilder>> routes, IEnumerable<IReadinessCheck> checks, ILoggerFactory logs, TimeProvider time)
    {
        // Empty, so that nothing is read from the folder or the environment that the service happens to be started in.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Limit).UseUrls([.. options.Urls]);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton<IHostLifetime, UntilTold>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = DrainPatience);
        var application = builder.Build();
        new HealthEndpoints([.. checks], time).Map(application);
        foreach (var map in routes)
        {
            map(application);
        }

        return new ServiceHost(application, logs.CreateLogger<ServiceHost>());
    }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="GradientException">An address cannot be had.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _application.StartAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or SocketException or InvalidOperationException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The service cannot listen: {problem.Message}", "Name another address with --urls, or end who listens there.", problem);
        }

        foreach (var address in _application.Urls)
        {
            LogListening(address);
        }
    }

    /// <summary>Answers what was asked, and listens no more; what takes too long is cut off.</summary>
    public Task StopAsync() => _application.StopAsync(CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = LargestBody;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.RequestHeadersTimeout = HeaderPatience;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening at {Address}.")]
    private partial void LogListening(string address);

    /// <summary>Signals are the program's business; the server runs until it is told to stop.</summary>
    private sealed class UntilTold : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
