using System.Diagnostics.CodeAnalysis;

namespace GradientCI.Webhook.Hosting;

/// <summary>Addresses that differ in the first part of their host alone: <c>https://*.ports.example.org</c>.</summary>
public sealed class WildcardUrl
{
    // A name of a host has at most 253 characters, and its first part may have 63.
    private const int LongestDomain = 189;
    private const string Wildcard = "://*.";
    private const string Sample = "sample";

    private readonly Uri _sample;

    private WildcardUrl(Uri sample) => _sample = sample;

    /// <summary>What the hosts end with, in lower case, without the dot in front.</summary>
    public string Domain => _sample.IdnHost[(Sample.Length + 1)..];

    /// <summary>Whether browsers reach them by TLS.</summary>
    public bool IsSecure => _sample.Scheme == Uri.UriSchemeHttps;

    /// <summary>Reads what an operator wrote.</summary>
    /// <returns>False where browsers could not follow it, or where it names more than hosts.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out WildcardUrl? url)
    {
        url = text.Split(Wildcard) is [var scheme, var rest]
            && Uri.TryCreate($"{scheme}://{Sample}.{rest}", UriKind.Absolute, out var sample)
            && sample.Scheme is "http" or "https" && sample.PathAndQuery == "/" && sample.UserInfo.Length + sample.Fragment.Length == 0
            && IsDomain(sample)
            ? new WildcardUrl(sample)
            : null;
        return url is not null;
    }

    /// <summary>The address of one host, without a path.</summary>
    /// <param name="label">The first part of its name.</param>
    public Uri Of(string label) => new UriBuilder(_sample) { Host = $"{label}.{Domain}" }.Uri;

    /// <summary>Whether a host is one of these, or below one, however it is written.</summary>
    public bool Covers(string host) => host.TrimEnd('.').EndsWith($".{Domain}", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override string ToString() => $"{_sample.Scheme}{Wildcard}{_sample.Authority[(Sample.Length + 1)..]}";

    // What ends with a number is taken for an address by browsers.
    private static bool IsDomain(Uri sample) =>
        sample.HostNameType == UriHostNameType.Dns && sample.IdnHost.Length <= LongestDomain && !sample.IdnHost.EndsWith('.')
        && sample.IdnHost.Length > Sample.Length + 1 && !sample.IdnHost.Split('.')[^1].All(char.IsAsciiDigit);
}
