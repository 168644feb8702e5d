using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>Opens the connections to an Engine: a Unix socket, TCP, or TLS with certificates on both sides.</summary>
internal static class EngineTransport
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(1);

    /// <exception cref="GradientException">A certificate cannot be read.</exception>
    public static SocketsHttpHandler Open(EngineAddress address)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = ConnectTimeout,
            PooledConnectionIdleTimeout = IdleTimeout,
        };
        if (address.SocketPath is { } path)
        {
            handler.ConnectCallback = (_, cancellationToken) => ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
        }
        else if (address.CertificateFolder is { Length: > 0 } folder)
        {
            handler.SslOptions = ReadCertificates(folder);
        }

        return handler;
    }

    private static async ValueTask<Stream> ConnectAsync(UnixDomainSocketEndPoint endPoint, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(endPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // The Engine's certificate must come from the folder's authority and bear the host's name, whatever the system trusts.
    private static SslClientAuthenticationOptions ReadCertificates(string folder)
    {
        try
        {
            var authority = new X509Certificate2Collection();
            authority.ImportFromPemFile(Path.Combine(folder, "ca.pem"));
            var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            chain.CustomTrustStore.AddRange(authority);
            return new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = chain,
                ClientCertificates = [X509Certificate2.CreateFromPemFile(Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"))],
            };
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The certificates for the Docker Engine in {folder} cannot be read: {problem.Message.TrimEnd('.')}.",
                "Put ca.pem, cert.pem and key.pem there, or set DOCKER_CERT_PATH.", problem);
        }
    }
}
