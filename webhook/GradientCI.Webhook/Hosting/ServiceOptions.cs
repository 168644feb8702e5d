using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace GradientCI.Webhook.Hosting;

/// <summary>What whoever runs the service decides.</summary>
public sealed record ServiceOptions
{
    private const int ShortestSecret = 16;
    private const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Where it listens; the loopback address alone unless told otherwise.</summary>
    public ImmutableArray<string> Urls { get; init; } = [DefaultUrl];

    /// <summary>What deliveries are signed with; each holds, so that one can be replaced. Empty only without GitHub.</summary>
    public required ImmutableArray<string> WebhookSecrets { get; init; }

    /// <summary>What hooks of other machines sign pushes with; empty when there are none. Who has one can tell of pushes, and nothing else.</summary>
    public ImmutableArray<string> HookSecrets { get; init; } = [];

    /// <summary>Where people reach it, without a slash at the end, or null when they do not.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>Hosts of what trials listen at, each an origin of its own; null when they are sandboxed on the service's.</summary>
    public WildcardUrl? PortsUrl { get; init; }

    /// <summary>Whether it has nothing to do with GitHub: hooks tell it of pushes, and callers of the API.</summary>
    public bool WithoutGitHub { get; init; }

    /// <summary>What it keeps in order by itself.</summary>
    public UpkeepOptions Upkeep { get; init; } = new();

    /// <summary>How often it looks by itself.</summary>
    public PaceOptions Pace { get; init; } = new();

    /// <summary>Whether whoever asks on this machine gets to read <c>/metrics</c>; unsafe where a reverse proxy passes that on.</summary>
    public bool MetricsFromLoopback { get; init; }

    /// <summary>Reads the settings.</summary>
    /// <param name="settings">The settings: <see cref="ServiceSettings.Load"/>.</param>
    /// <param name="problems">Gets a sentence for each that is wrong or missing; never with a secret in it.</param>
    /// <returns>The options; not to be used when there are problems.</returns>
    public static ServiceOptions Read(IConfiguration settings, ICollection<string> problems)
    {
        var withoutGitHub = ReadSwitch(settings, "WithoutGitHub", problems) ?? false;
        var hookSecrets = ListSecrets(settings, "Hook", "HOOK", problems);
        var publicUrl = ReadPublicUrl(settings["PublicUrl"] ?? settings["PUBLIC_URL"], problems);
        return new ServiceOptions
        {
            Urls = ReadUrls(settings, problems),
            WebhookSecrets = ReadSecrets(settings, withoutGitHub, problems),
            HookSecrets = hookSecrets,
            PublicUrl = publicUrl,
            PortsUrl = ReadPortsUrl(settings["PortsUrl"] ?? settings["PORTS_URL"], publicUrl, problems),
            WithoutGitHub = withoutGitHub,

            // Where people come from elsewhere there is a proxy, and through it everybody comes from this machine.
            MetricsFromLoopback = ReadSwitch(settings, "MetricsFromLoopback", problems) ?? publicUrl is null,
            Upkeep = UpkeepOptions.Read(settings, problems),
            Pace = PaceOptions.Read(settings, problems),
        };
    }

    private static bool? ReadSwitch(IConfiguration settings, string name, ICollection<string> problems)
    {
        if (string.IsNullOrEmpty(settings[name]))
        {
            return null;
        }

        if (bool.TryParse(settings[name], out var isOn))
        {
            return isOn;
        }

        problems.Add($"{name} is '{settings[name]}': write true or false.");
        return null;
    }

    private static ImmutableArray<string> ReadUrls(IConfiguration settings, ICollection<string> problems)
    {
        var urls = settings.ListOf("Urls");
        foreach (var url in urls.Where(url => !IsListenable(url)))
        {
            problems.Add($"Urls has '{url}', which is no address to listen at: write http://ADDRESS:PORT, 0.0.0.0 for all addresses. TLS is a reverse proxy's business.");
        }

        return urls.IsEmpty ? [DefaultUrl] : urls;
    }

    private static ImmutableArray<string> ReadSecrets(IConfiguration settings, bool withoutGitHub, ICollection<string> problems)
    {
        var secrets = ListSecrets(settings, "Webhook", "WEBHOOK", problems);
        if (secrets.IsEmpty && !withoutGitHub)
        {
            problems.Add("There is no webhook secret, and without one anybody could start runs: set GRADIENTCI_WEBHOOK_SECRET_FILE, or WebhookSecretFiles in appsettings.json.");
        }

        return secrets;
    }

    private static ImmutableArray<string> ListSecrets(IConfiguration settings, string name, string variable, ICollection<string> problems)
    {
        ImmutableArray<string> secrets =
        [
            .. settings.ListOf($"{name}Secrets"),
            .. settings.ListOf($"{variable}_SECRET"),
            .. settings.ListOf($"{name}SecretFiles").Concat(settings.ListOf($"{variable}_SECRET_FILE")).Select(path => ReadSecret(path, problems)).OfType<string>(),
        ];
        if (secrets.Any(secret => secret.Length < ShortestSecret))
        {
            problems.Add($"A {name.ToLowerInvariant()} secret has fewer than {ShortestSecret} characters: make one with 'openssl rand -hex 32'.");
        }

        return secrets;
    }

    private static string? ReadSecret(string path, ICollection<string> problems)
    {
        try
        {
            if (File.ReadAllText(path).Trim() is { Length: > 0 } secret)
            {
                return secret;
            }

            problems.Add($"The secret's file {path} is empty.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The secret's file {path} cannot be read: {problem.Message}");
        }

        return null;
    }

    private static string? ReadPublicUrl(string? text, ICollection<string> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length + url.Query.Length + url.Fragment.Length > 0)
        {
            problems.Add($"PublicUrl is '{text}', which people cannot follow: write https://HOST, with a path where a proxy needs one.");
        }

        return text.TrimEnd('/');
    }

    // The pages of the service would be among those of trials, and hidden by them.
    private static WildcardUrl? ReadPortsUrl(string? text, string? publicUrl, ICollection<string> problems)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        if (!WildcardUrl.TryParse(text.Trim(), out var url))
        {
            problems.Add($"PortsUrl is '{text}', below which there can be no hosts: write https://*.DOMAIN, or http://*.localhost:8080 for this machine alone.");
        }
        else if (Uri.TryCreate(publicUrl, UriKind.Absolute, out var service) && url.Covers(service.Host))
        {
            problems.Add($"PortsUrl is '{text}', which covers PublicUrl: trials need a domain that nothing else is below.");
        }

        return url;
    }

    // Kestrel takes a name that it does not know for "all addresses", which nobody means.
    private static bool IsListenable(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri.Scheme == "http" && uri.PathAndQuery == "/" && uri.UserInfo.Length + uri.Fragment.Length == 0
        && (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || uri.Host == "localhost");
}
