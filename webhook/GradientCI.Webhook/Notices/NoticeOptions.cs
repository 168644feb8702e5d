using System.Collections.Immutable;
using System.Net.Mail;
using GradientCI.Webhook.Hosting;
using Microsoft.Extensions.Configuration;

namespace GradientCI.Webhook.Notices;

/// <summary>Who is told of ended runs; nobody unless somebody is named.</summary>
public sealed record NoticeOptions
{
    private const int ShortestSecret = 16;

    /// <summary>Addresses that notices are posted to.</summary>
    public ImmutableArray<NoticeWebhook> Webhooks { get; init; } = [];

    /// <summary>Who gets mails, or null.</summary>
    public NoticeMail? Mail { get; init; }

    /// <summary>Reads the section <c>Notifications</c> of the settings.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="problems">Gets a sentence for each that is wrong; never with a secret in it.</param>
    public static NoticeOptions Read(IConfiguration settings, ICollection<string> problems) => new()
    {
        Webhooks = [.. settings.GetSection("Notifications:Webhooks").GetChildren().Select(section => ReadWebhook(section, problems)).OfType<NoticeWebhook>()],
        Mail = settings.GetSection("Notifications:Mail") is var mail && mail.GetChildren().Any() ? ReadMail(mail, problems) : null,
    };

    private static NoticeWebhook? ReadWebhook(IConfigurationSection section, ICollection<string> problems)
    {
        var place = $"Notifications: webhook {section.Key}";
        var isAllowed = string.Equals(section["AllowHttp"], "true", StringComparison.OrdinalIgnoreCase);
        if (!Uri.TryCreate(section["Url"], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            problems.Add($"{place} has no Url: write https://HOST/PATH.");
            return null;
        }

        if (url.Scheme == "http" && !url.IsLoopback && !isAllowed)
        {
            problems.Add($"{place} would be read by whoever is on the way to {url.Host}: use https, or allow it with \"AllowHttp\": true.");
        }

        var secret = SecretFile.Read(section["SecretFile"], place, problems) ?? section["Secret"];
        if (secret is { Length: < ShortestSecret })
        {
            problems.Add($"{place} has a secret of fewer than {ShortestSecret} characters: make one with 'openssl rand -hex 32'.");
        }

        return new NoticeWebhook(url, secret) { IsForBadNewsOnly = ReadOn(section, place, problems) };
    }

    private static NoticeMail ReadMail(IConfigurationSection section, ICollection<string> problems)
    {
        const string place = "Notifications: Mail";
        var to = section.ListOf("To");
        if (string.IsNullOrEmpty(section["Host"]) || to.IsEmpty)
        {
            problems.Add($"{place} needs Host, From and To.");
        }

        foreach (var address in to.Append(section["From"] ?? "").Where(address => !MailAddress.TryCreate(address, out _)))
        {
            problems.Add($"{place} has '{address}', which is no address.");
        }

        var port = 587;
        if (section["Port"] is { Length: > 0 } text && (!int.TryParse(text, out port) || port is < 1 or > 65535))
        {
            problems.Add($"{place} has the Port '{text}', which is none.");
        }

        // A password is sent only where nobody can listen.
        var usesTls = !string.Equals(section["Tls"], "false", StringComparison.OrdinalIgnoreCase);
        if (!usesTls && section["User"] is { Length: > 0 })
        {
            problems.Add($"{place} would send its password in the clear: leave out Tls, or User.");
        }

        return new NoticeMail(section["Host"] ?? "", port, section["From"] ?? "", to)
        {
            User = section["User"],
            Password = SecretFile.Read(section["PasswordFile"], place, problems),
            UsesTls = usesTls,
            IsForBadNewsOnly = ReadOn(section, place, problems),
        };
    }

    private static bool ReadOn(IConfigurationSection section, string place, ICollection<string> problems)
    {
        if (section["On"] is null or "" or "all" or "failed")
        {
            return section["On"] == "failed";
        }

        problems.Add($"{place} has On '{section["On"]}': write all or failed.");
        return false;
    }
}

/// <summary>An address that notices are posted to.</summary>
/// <param name="Url">The address.</param>
/// <param name="Secret">What notices are signed with, or null.</param>
public sealed record NoticeWebhook(Uri Url, string? Secret)
{
    /// <summary>Whether only runs that did not pass are told.</summary>
    public bool IsForBadNewsOnly { get; init; }
}

/// <summary>A mail server and who gets mails from it.</summary>
/// <param name="Host">The server.</param>
/// <param name="Port">587 unless set otherwise: STARTTLS.</param>
/// <param name="From">The sender.</param>
/// <param name="To">The receivers.</param>
public sealed record NoticeMail(string Host, int Port, string From, ImmutableArray<string> To)
{
    /// <summary>The user's name there, or null.</summary>
    public string? User { get; init; }

    /// <summary>The password, or null.</summary>
    public string? Password { get; init; }

    /// <summary>Whether the connection must be encrypted.</summary>
    public bool UsesTls { get; init; } = true;

    /// <summary>Whether only runs that did not pass are told.</summary>
    public bool IsForBadNewsOnly { get; init; }
}
