using GradientCI.Webhook.Portal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace GradientCI.Webhook.Ports;

/// <summary>The cookie that lets a browser in at a port's own host, once it has come by a link with the port's key.</summary>
/// <remarks>
/// It names the port and is signed, so it is of no use at another host, and who sets one from another host can only add what is not
/// valid: each of the name is tried. By TLS the name's prefix keeps even that away. Whatever a trial serves never gets to see it.
/// </remarks>
/// <param name="key">Signs it.</param>
/// <param name="isSecure">Whether browsers come by TLS.</param>
internal sealed class PortPass(PortalKey key, bool isSecure)
{
    private const string PlainName = "gradientci-port";
    private const string SecureName = "__Host-" + PlainName;

    private string Name => isSecure ? SecureName : PlainName;

    /// <summary>Whether a cookie of this name is ours.</summary>
    public static bool IsName(ReadOnlySpan<char> name) =>
        name.Equals(PlainName, StringComparison.OrdinalIgnoreCase) || name.Equals(SecureName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes it into an answer: until the browser is closed, for this host alone, and not for scripts.</summary>
    public void Give(IHeaderDictionary headers, TrialPort port) =>
        headers.SetCookie = StringValues.Concat(headers.SetCookie, $"{Name}={PortLinks.PathOf(port)}{Sign(port)}; Path=/; HttpOnly; SameSite=Lax{(isSecure ? "; Secure" : "")}");

    /// <summary>The port that a request may go to; null when it brings none that is valid.</summary>
    /// <param name="cookies">The request's cookies.</param>
    /// <param name="isHere">Whether the request was made to the port's host.</param>
    public TrialPort? Find(StringValues cookies, Func<TrialPort, bool> isHere) => RequestCookies.Split(cookies)
        .Where(cookie => cookie.Name == Name)
        .Select(cookie => PortAddress.Read(cookie.Value))
        .FirstOrDefault(address => address is { Rest: "" } && isHere(address.Port) && key.Matches(Text(address.Port), address.Signature))
        ?.Port;

    private string Sign(TrialPort port) => key.Sign(Text(port));

    // Not what links are signed with: neither is good for the other.
    private static string Text(TrialPort port) => $"pass {PortLinks.PathOf(port)}";
}
