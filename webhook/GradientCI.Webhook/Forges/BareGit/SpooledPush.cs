using System.Collections.Immutable;
using System.Text;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>A push as the hook wrote it down.</summary>
/// <param name="Repository">The absolute path of the git directory.</param>
/// <param name="Updates">The refs, at most <see cref="MostRefs"/>.</param>
/// <param name="Problems">What was left out; sentences with untrusted parts.</param>
internal sealed record SpooledPush(string Repository, ImmutableArray<RefUpdate> Updates, ImmutableArray<string> Problems)
{
    /// <summary>The most bytes of a file.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The most refs of one push that are looked at.</summary>
    public const int MostRefs = 1000;

    private const string Version = "gradientci push 1";
    private const string RepositoryKey = "repository ";

    /// <summary>Reads a file: the version, keys with their values, an empty line, the refs, <c>end</c>.</summary>
    /// <returns>The push, or null when no hook of ours wrote the whole of it.</returns>
    public static SpooledPush? Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n');
        var body = Array.IndexOf(lines, "");
        if (lines is not [Version, .., "end", ""] || body > lines.Length - 3
            || lines.Take(body).FirstOrDefault(line => line.StartsWith(RepositoryKey + "/", StringComparison.Ordinal)) is not { } repository)
        {
            return null;
        }

        var refs = lines[(body + 1)..^2];
        var updates = refs.Take(MostRefs).Select(line => (Line: line, Update: RefUpdate.Parse(line))).ToList();
        return new SpooledPush(
            repository[RepositoryKey.Length..],
            [.. updates.Select(each => each.Update).OfType<RefUpdate>()],
            [
                .. updates.Where(each => each.Update is null).Select(each => $"'{each.Line}' is no ref that starts a run."),
                .. refs.Length > MostRefs ? [$"Only the first {MostRefs:N0} refs of the push start runs. Push the others by themselves."] : (string[])[],
            ]);
    }
}
