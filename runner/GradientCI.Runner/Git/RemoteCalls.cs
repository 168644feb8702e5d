using System.Collections.Immutable;

namespace GradientCI.Runner.Git;

/// <summary>What every call to a forge's git server goes by, and what its failures mean.</summary>
internal static class RemoteCalls
{
    // Git asks for a name when a server answers 401, and nobody is there to give one.
    private static readonly string[] Refusals = ["could not read Username", "Authentication failed", "returned error: 403"];

    /// <summary>Its settings, beside those of the one call.</summary>
    public static readonly ImmutableArray<KeyValuePair<string, string>> Settings =
    [
        new("protocol.http.allow", "always"),
        new("protocol.https.allow", "always"),
        new("http.followRedirects", "false"),
        new("http.sslVerify", "true"),
        new("http.emptyAuth", "false"),
        new("http.saveCookies", "false"),
        new("http.lowSpeedLimit", "1000"),
        new("http.lowSpeedTime", "60"),
        new("transfer.bundleURI", "false"),
        new("transfer.credentialsInUrl", "die"),
        new("fetch.fsckObjects", "true"),

        // Old programs wrote these by mistake, into many histories; nothing of ours depends on them.
        new("fetch.fsck.zeroPaddedFilemode", "ignore"),
        new("fetch.fsck.badTimezone", "ignore"),
        new("fetch.fsck.missingSpaceBeforeDate", "ignore"),
        new("fetch.recurseSubmodules", "false"),
        new("fetch.writeCommitGraph", "false"),
        new("fetch.showForcedUpdates", "false"),

        // One pack for each fetch instead of a file for each object.
        new("fetch.unpackLimit", "1"),
    ];

    /// <summary>Why a call failed; a password that was refused is told of.</summary>
    /// <param name="fetch">What was asked for, and with which password.</param>
    /// <param name="answer">What git said.</param>
    /// <param name="what">What it was for, as it goes on after "could not".</param>
    public static GradientException Failed(MirrorFetch fetch, GitOutput answer, string what)
    {
        var isRefused = Refusals.Any(words => answer.Error.Contains(words, StringComparison.Ordinal));
        if (isRefused)
        {
            fetch.TokenRefused();
        }

        var remedy = answer.Error switch
        {
            _ when isRefused => "The forge does not let us in: check that the app is installed there, or that the token is valid and may read the contents.",
            var error when error.Contains("redirect", StringComparison.OrdinalIgnoreCase) || error.Contains("returned error: 30", StringComparison.Ordinal)
                => "Redirects are not followed: the repository was moved, and its next event brings the new address.",
            var error when error.Contains("fsck", StringComparison.OrdinalIgnoreCase)
                => "Its history holds an object that git fsck refuses.",
            _ => "Check that the forge can be reached from here.",
        };
        return new GradientException(FailureKind.Environment, fetch.Masked($"git could not {what} {fetch.Url}: {answer.Complaint}."), remedy);
    }
}
