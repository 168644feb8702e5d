using Microsoft.Extensions.Primitives;

namespace GradientCI.Webhook.Ports;

/// <summary>The cookies of a request as they came: nothing is decoded, and the same name may come several times.</summary>
internal static class RequestCookies
{
    /// <summary>Each with its name and value.</summary>
    public static IEnumerable<(string Name, string Value)> Split(StringValues headers) => headers
        .SelectMany(header => (header ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        .Select(cookie => cookie.IndexOf('=', StringComparison.Ordinal) is var at and >= 0 ? (cookie[..at], cookie[(at + 1)..]) : ("", cookie));

    /// <summary>What a trial is to hear of them: all but ours; empty when nothing is left.</summary>
    public static string WithoutOurs(StringValues headers) => string.Join(
        "; ", Split(headers).Where(cookie => !PortPass.IsName(cookie.Name)).Select(cookie => cookie.Name.Length > 0 ? $"{cookie.Name}={cookie.Value}" : cookie.Value));

    /// <summary>What a browser is to hear of the cookies that a trial sets: for its own host, whatever it says, and none with our name.</summary>
    public static StringValues Own(StringValues headers) => new(
    [
        .. headers.OfType<string>()
            .Where(header => !PortPass.IsName(header.AsSpan(0, Math.Max(header.IndexOfAny(['=', ';']), 0)).Trim()))
            .Select(header => string.Join(';', header.Split(';').Where((part, index) => index == 0 || !IsDomain(part)))),
    ]);

    private static bool IsDomain(string attribute) => attribute.Split('=')[0].Trim().Equals("Domain", StringComparison.OrdinalIgnoreCase);
}
