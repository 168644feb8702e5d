using System.Net;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Runner.Executors;

namespace GradientCI.Webhook.Ports;

/// <summary>Connections to what trials listen at, kept for the next request as long as nobody closes them.</summary>
internal sealed class PortConnections : IDisposable
{
    private const int HeaderKilobytes = 32;
    private static readonly HttpRequestOptionsKey<AttemptPort> Port = new("port");
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(15);

    // Opening one in a container takes longer than most answers, and TensorBoard asks every 30 s.
    private static readonly TimeSpan IdlePatience = TimeSpan.FromMinutes(2);
    private readonly IAttemptPorts _ports;

    public PortConnections(IAttemptPorts ports)
    {
        _ports = ports;
        Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectPatience,
            PooledConnectionIdleTimeout = IdlePatience,
            MaxResponseHeadersLength = HeaderKilobytes,
            ConnectCallback = async (context, cancellationToken) =>
                context.InitialRequestMessage.Options.TryGetValue(Port, out var port) ? await _ports.ConnectAsync(port, cancellationToken)
                    : throw new IOException("The request names no port."),
        });
    }

    public HttpMessageInvoker Invoker { get; }

    /// <summary>The address of a request to a port: its host is the attempt's alone, so that a connection is never another's.</summary>
    public static Uri AddressOf(AttemptPort port, string pathAndQuery)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{port.StateDirectory}\0{port.Handle}"));
        return new Uri($"http://{Convert.ToHexStringLower(digest.AsSpan(0, 16))}:{port.Number}{pathAndQuery}");
    }

    /// <summary>Says which port a request goes to.</summary>
    public static void Send(HttpRequestMessage request, AttemptPort port) => request.Options.Set(Port, port);

    public void Dispose() => Invoker.Dispose();
}
