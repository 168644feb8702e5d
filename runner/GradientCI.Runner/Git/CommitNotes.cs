using System.Text;
using GradientCI.Experiments;

namespace GradientCI.Runner.Git;

/// <summary>Our notes on commits, in a ref of our own: <c>git log --notes=gradientci</c>.</summary>
public sealed class CommitNotes(GitRepository repository)
{
    /// <summary>The one ref that is written.</summary>
    public const string Ref = "refs/notes/gradientci";

    // Longer than any note of ours, so that a longer one is known to be another.
    private const int MaxBytes = 64 << 10;

    /// <summary>A file in the repository that writers of notes lock: git itself would let one overwrite the other's.</summary>
    public string LockPath => Path.Combine(repository.CommonDirectory, "gradientci-notes.lock");

    /// <summary>The note of a commit, or null.</summary>
    public async Task<string?> ReadAsync(CommitSha commit, CancellationToken cancellationToken)
    {
        var answer = await repository.RunAsync(["notes", $"--ref={Ref}", "list", commit.Value], cancellationToken);
        return answer.Succeeded && await repository.Objects.ReadAsync(answer.Text.Trim(), "blob", MaxBytes, cancellationToken) is { } bytes
            ? Encoding.UTF8.GetString(bytes)
            : null;
    }

    /// <summary>Sets the note of a commit; nobody's hook, filter, signature or name takes part.</summary>
    /// <returns>Null, or what git complained.</returns>
    public async Task<string?> TryWriteAsync(CommitSha commit, string text, CancellationToken cancellationToken)
    {
        // A symbolic ref of that name would lead the write to another one.
        if ((await repository.RunAsync(["symbolic-ref", "--quiet", Ref], cancellationToken)).Succeeded)
        {
            return $"{Ref} is a symbolic ref";
        }

        var call = repository.Call(["notes", $"--ref={Ref}", "add", "--force", "--message=" + text, commit.Value]) with
        {
            Settings = [.. from who in (string[])["user", "author", "committer"] from each in Identity(who) select each],
        };
        var answer = await repository.RunAsync(call, cancellationToken);
        return answer.Succeeded ? null : answer.Complaint;
    }

    private static KeyValuePair<string, string>[] Identity(string who) => [new($"{who}.name", "GradientCI"), new($"{who}.email", "gradientci@localhost")];
}
