using System.Collections.Immutable;

namespace GradientCI.Runner.Git;

/// <summary>What a forge's repository has, asked of its git server: nothing is fetched, and no call of the forge's API is spent.</summary>
public static class RemoteRefs
{
    private const int MostBytes = 64 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The branches, the tags and the heads of pull requests.</summary>
    /// <param name="from">Where, and with which password; what else it says is not looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Commits and tags by the refs' full names; not checked, as git itself would take any that a server says.</returns>
    /// <exception cref="GradientException">Environment: the forge cannot be reached or does not let us in; the message holds no password.</exception>
    public static async Task<ImmutableDictionary<string, string>> ListAsync(MirrorFetch from, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(from, ["--refs", "--", from.Url.Text, "refs/heads/*", "refs/tags/*", "refs/pull/*/head"], cancellationToken);
        var refs = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var line in answer.Text.Split('\n'))
        {
            if (line.Split('\t') is [var @object, var name])
            {
                refs[name] = @object;
            }
        }

        return refs.ToImmutable();
    }

    /// <summary>The full name of the branch that HEAD is on; not checked. Null when it is on none.</summary>
    /// <param name="from">Where, and with which password; what else it says is not looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">Environment: the server cannot be reached or does not let us in; the message holds no password.</exception>
    public static async Task<string?> FindHeadAsync(MirrorFetch from, CancellationToken cancellationToken)
    {
        const string mark = "ref: refs/heads/";
        var answer = await AskAsync(from, ["--symref", "--", from.Url.Text, "HEAD"], cancellationToken);
        return answer.Text.Split('\n')[0].Split('\t') is [var head, "HEAD"] && head.StartsWith(mark, StringComparison.Ordinal) ? head["ref: ".Length..] : null;
    }

    private static async Task<GitOutput> AskAsync(MirrorFetch from, ImmutableArray<string> what, CancellationToken cancellationToken)
    {
        // Nothing of ours is read or written, so it starts where there is no repository.
        var call = new GitCall("/", ["ls-remote", "--quiet", .. what])
        {
            Settings = [.. RemoteCalls.Settings, .. from.Settings],
            MaxOutput = MostBytes,
            Timeout = Patience,
        };
        var answer = await GitProgram.Find().RunAsync(call, cancellationToken);
        return answer.Succeeded ? answer : throw RemoteCalls.Failed(from, answer, "list the refs of");
    }
}
