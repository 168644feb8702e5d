using System.Globalization;
using GradientCI.Webhook.Forges.GitHub;
using Microsoft.Extensions.Configuration;

namespace GradientCI.Webhook.Hosting;

/// <summary>The section <c>GitHub</c> of the settings: <c>GRADIENTCI_GITHUB__TOKENFILE</c>, or <c>"GitHub": { "ClientId": … }</c>.</summary>
public static class GitHubSettings
{
    /// <summary>Reads it.</summary>
    /// <param name="settings">All settings.</param>
    /// <param name="problems">Gets a sentence for each that is wrong or missing; never with a token in it.</param>
    /// <returns>The options; not to be used when there are problems.</returns>
    public static GitHubOptions Read(IConfiguration settings, ICollection<string> problems)
    {
        var section = settings.GetSection("GitHub");
        var options = new GitHubOptions
        {
            ClientId = section["ClientId"],
            PrivateKeyFile = section["PrivateKeyFile"],
            AppId = ReadAppId(section["AppId"], problems),
            Token = section["Token"] ?? ReadToken(section["TokenFile"], problems),
        };
        options.ApiUrl = section["ApiUrl"] ?? options.ApiUrl;
        foreach (var problem in options.Validate())
        {
            problems.Add($"GitHub: {problem}");
        }

        return options;
    }

    private static long? ReadAppId(string? text, ICollection<string> problems)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return id;
        }

        problems.Add($"GitHub: AppId is '{text}', which is no number; copy it from the app's settings.");
        return null;
    }

    private static string? ReadToken(string? path, ICollection<string> problems)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add($"GitHub: The token's file {path} cannot be read: {problem.Message}");
            return null;
        }
    }
}
