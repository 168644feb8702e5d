namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>Where a Docker Engine is reached, as the <c>docker</c> program's variables tell it.</summary>
/// <param name="Text">As people write it: <c>unix:///var/run/docker.sock</c>, <c>tcp://gpu1:2376</c>.</param>
/// <param name="Base">The root of its HTTP addresses.</param>
/// <param name="SocketPath">The Unix socket, or null for TCP.</param>
/// <param name="CertificateFolder">The folder of <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>, or null without TLS.</param>
public sealed record EngineAddress(string Text, Uri Base, string? SocketPath, string? CertificateFolder)
{
    private const string Default = "unix:///var/run/docker.sock";

    /// <summary>The socket that every installation has.</summary>
    public static EngineAddress Local { get; } = Read(_ => null);

    /// <summary>Reads <c>DOCKER_HOST</c>, <c>DOCKER_TLS_VERIFY</c> and <c>DOCKER_CERT_PATH</c>.</summary>
    /// <exception cref="GradientException">The host is written in a way that cannot be served.</exception>
    public static EngineAddress Read(Func<string, string?> variable)
    {
        var text = variable("DOCKER_HOST") is { Length: > 0 } host ? host : Default;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            throw Unknown(text);
        }

        var certificates = variable("DOCKER_TLS_VERIFY") is { Length: > 0 }
            ? variable("DOCKER_CERT_PATH") is { Length: > 0 } folder ? folder : Path.Combine(variable("HOME") ?? "/", ".docker")
            : null;
        return uri.Scheme switch
        {
            "unix" when uri.AbsolutePath.Length > 1 => new EngineAddress(text, new Uri("http://engine/"), Uri.UnescapeDataString(uri.AbsolutePath), null),
            "tcp" or "http" when uri.Host.Length > 0 && certificates is null => new EngineAddress(text, At("http", uri, 2375), null, null),
            "tcp" or "https" when uri.Host.Length > 0 => new EngineAddress(text, At("https", uri, 2376), null, certificates ?? ""),
            _ => throw Unknown(text),
        };
    }

    private static Uri At(string scheme, Uri uri, int port) => new UriBuilder(scheme, uri.Host, uri.IsDefaultPort || uri.Port < 0 ? port : uri.Port).Uri;

    private static GradientException Unknown(string text) => new(
        FailureKind.Usage, $"DOCKER_HOST is '{text}', which names no Engine that can be reached.", $"Write {Default}, or tcp://HOST:2376 with DOCKER_TLS_VERIFY=1.");
}
