namespace GradientCI.Cli.Remote;

/// <summary>Where a repository is, written so that two ways to say it are one.</summary>
internal static class RepositoryAddress
{
    private const string Suffix = ".git";

    /// <summary>
    /// Host and path without scheme, user, port and <c>.git</c>: <c>github.com/ada/digits</c>. Of a folder of this machine its path.
    /// Never with a password.
    /// </summary>
    public static string Of(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var uri) && url.Contains("://", StringComparison.Ordinal))
        {
            return Trim(uri.IsFile ? uri.LocalPath : $"{uri.Host.ToLowerInvariant()}{uri.AbsolutePath}");
        }

        // git@github.com:ada/digits.git, unless a slash comes first: then the colon is a part of a path.
        var colon = url.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && !url[..colon].Contains('/', StringComparison.Ordinal)
            ? Trim($"{url[(url.IndexOf('@', StringComparison.Ordinal) is var at && at < colon ? at + 1 : 0)..colon].ToLowerInvariant()}/{url[(colon + 1)..].TrimStart('/')}")
            : Trim(url);
    }

    private static string Trim(string text)
    {
        var whole = text.TrimEnd('/');
        return whole.Length > Suffix.Length && whole.EndsWith(Suffix, StringComparison.Ordinal) && whole[^(Suffix.Length + 1)] != '/' ? whole[..^Suffix.Length] : whole;
    }
}
