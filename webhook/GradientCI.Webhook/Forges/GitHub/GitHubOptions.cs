using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;

namespace GradientCI.Webhook.Forges.GitHub;

/// <summary>Which GitHub, and as whom: an app with its key, or a person with a token. Not a record, so that no text of it shows the token.</summary>
public sealed class GitHubOptions
{
    /// <summary>Where the API is: <c>https://api.github.com</c>, or <c>https://HOST/api/v3</c> of GitHub Enterprise.</summary>
    public string ApiUrl { get; set; } = "https://api.github.com";

    /// <summary>The app's id, when no client id is given.</summary>
    public long? AppId { get; set; }

    /// <summary>The app's client id, which GitHub prefers to the app's id.</summary>
    public string? ClientId { get; set; }

    /// <summary>The file with the app's private key, PEM.</summary>
    public string? PrivateKeyFile { get; set; }

    /// <summary>A personal access token, instead of an app.</summary>
    public string? Token { get; set; }

    /// <summary>Whether an app is configured, or begun to be.</summary>
    public bool IsApp => AppId is not null || !string.IsNullOrEmpty(ClientId) || !string.IsNullOrEmpty(PrivateKeyFile);

    internal string Issuer => string.IsNullOrEmpty(ClientId) ? AppId?.ToString() ?? "" : ClientId;

    /// <summary>Where repositories are cloned from: the API's host, without the <c>api.</c> that github.com and ghe.com put before it.</summary>
    internal string WebHost => new Uri(ApiUrl).Host is var host && host.StartsWith("api.", StringComparison.Ordinal) ? host["api.".Length..] : host;

    /// <summary>Everything that is wrong, one sentence each; empty when nothing is.</summary>
    public ImmutableArray<string> Validate() => [.. Problems()];

    internal RSA ReadPrivateKey()
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(PrivateKeyFile!));
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private IEnumerable<string> Problems()
    {
        if (!Uri.TryCreate(ApiUrl, UriKind.Absolute, out var api) || api.Scheme is not ("https" or "http") || api.UserInfo.Length + api.Query.Length + api.Fragment.Length > 0)
        {
            yield return $"ApiUrl '{ApiUrl}' is not the address of an API; give https://api.github.com, or https://HOST/api/v3 for GitHub Enterprise.";
        }
        else if (api.Scheme == "http" && !api.IsLoopback)
        {
            yield return $"ApiUrl '{ApiUrl}' would send the token in the clear; give an https address.";
        }

        var hasToken = !string.IsNullOrEmpty(Token);
        if (IsApp == hasToken)
        {
            yield return hasToken
                ? "Both a Token and a GitHub App are given; give one of the two."
                : "Neither a Token nor a GitHub App is given; give Token, or ClientId and PrivateKeyFile, or WithoutGitHub where there is none.";
        }

        if (hasToken && !Token!.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.'))
        {
            yield return "Token has characters that no token of GitHub has; copy it again, without spaces or quotes.";
        }

        if (IsApp && Issuer.Length == 0)
        {
            yield return "PrivateKeyFile is given, but neither ClientId nor AppId; copy the client id from the app's settings.";
        }

        if (IsApp && FindKeyProblem() is { } problem)
        {
            yield return problem;
        }
    }

    private string? FindKeyProblem()
    {
        if (string.IsNullOrEmpty(PrivateKeyFile))
        {
            return "A GitHub App is given without its PrivateKeyFile; make a private key in the app's settings.";
        }

        try
        {
            ReadPrivateKey().Dispose();
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return $"PrivateKeyFile '{PrivateKeyFile}' cannot be read; check its path and who may read it.";
        }
        catch (Exception problem) when (problem is ArgumentException or CryptographicException)
        {
            return $"PrivateKeyFile '{PrivateKeyFile}' holds no RSA private key in PEM; download a new one from the app's settings.";
        }
    }
}
