using System.Text;

namespace GradientCI.Runner.Git;

/// <summary>Where a repository is fetched from: http or https, without credentials, and nothing that git would read as something else.</summary>
public sealed record CloneUrl
{
    private const int Longest = 1000;

    private CloneUrl(string text)
    {
        Text = text;
    }

    /// <summary>As it was given.</summary>
    public string Text { get; }

    /// <summary>Checks a URL.</summary>
    /// <exception cref="GradientException">Usage: it is none that is fetched from. The message does not repeat it, as it may hold a password.</exception>
    public static CloneUrl Parse(string text)
    {
        var problem = text.Length > Longest ? "is too long"
            : !text.StartsWith("https://", StringComparison.Ordinal) && !text.StartsWith("http://", StringComparison.Ordinal) ? "is neither http:// nor https://"
            : !text.All(IsPlain) ? "holds a character that no such URL has"
            : !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 ? "is no URL"
            : uri.UserInfo.Length > 0 || text.Contains('@', StringComparison.Ordinal) ? "holds a name or a password"
            : uri.Query.Length > 0 || uri.Fragment.Length > 0 ? "has a query or a fragment"
            : null;
        return problem is null
            ? new CloneUrl(text)
            : throw new GradientException(FailureKind.Usage, $"The clone URL {problem}.", "Give one such as https://github.com/OWNER/REPOSITORY.git");
    }

    /// <summary>The setting that sends a token to this URL and to no other.</summary>
    internal KeyValuePair<string, string> Authorization(string token) =>
        new($"http.{Text}.extraHeader", $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"x-access-token:{token}"))}");

    /// <inheritdoc/>
    public override string ToString() => Text;

    // What GitHub, GitLab and Gitea put into paths, and percent signs. A newline in a setting's name would end it.
    private static bool IsPlain(char each) => char.IsAsciiLetterOrDigit(each) || "-._~:/%+,@?#=&[]".Contains(each, StringComparison.Ordinal);
}
