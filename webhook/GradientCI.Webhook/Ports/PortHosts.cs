using System.Buffers.Text;
using GradientCI.Webhook.Hosting;
using GradientCI.Webhook.Portal;

namespace GradientCI.Webhook.Ports;

/// <summary>The hosts that ports have where each is given its own.</summary>
/// <remarks>A name is no secret, as it goes over the wire: it only tells ports apart, and cannot be guessed from another.</remarks>
/// <param name="key">Makes the names.</param>
/// <param name="url">Where they are.</param>
internal sealed class PortHosts(PortalKey key, WildcardUrl url)
{
    private const int DigestLength = 32;

    /// <summary>All of them, for a route.</summary>
    public string Pattern => $"*.{url.Domain}";

    /// <summary>Whether browsers reach them by TLS.</summary>
    public bool IsSecure => url.IsSecure;

    /// <summary>A port's address, without a path.</summary>
    public Uri Of(TrialPort port)
    {
        var digest = Convert.ToHexStringLower(Base64Url.DecodeFromChars(key.Sign($"host {PortLinks.PathOf(port)}")));
        return url.Of($"{port.Trial.Number}-{port.Number}-{digest[..DigestLength]}");
    }

    /// <summary>Whether a request names a port's own host. A proxy in front may have taken the number of its own port away.</summary>
    public bool IsHostOf(TrialPort port, string host) => string.Equals(host, Of(port).Host, StringComparison.OrdinalIgnoreCase);
}
