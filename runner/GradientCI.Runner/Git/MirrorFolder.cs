using System.Collections.Immutable;

namespace GradientCI.Runner.Git;

/// <summary>The files of a mirror, and what a killed git left among them. Used by whoever has the turn to fetch.</summary>
internal sealed class MirrorFolder(string path, GitProgram git)
{
    // What only a fetch writes. Other processes may be keeping a commit meanwhile, whose lock is theirs.
    private static readonly string[] WrittenByFetch = ["refs/heads", "refs/tags", "refs/gradientci/pull"];

    // To write one ref takes git milliseconds.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(30);
    private static readonly ImmutableArray<KeyValuePair<string, string>> Repacking = [new("repack.writeBitmaps", "false"), new("repack.updateServerInfo", "false")];

    /// <summary>Makes the mirror when there is none: whole, or not at all.</summary>
    /// <exception cref="GradientException">It cannot be written.</exception>
    public async Task MakeAsync(CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var draft = path + ".new";
        if (Directory.Exists(draft))
        {
            Directory.Delete(draft, recursive: true);
        }

        var call = new GitCall(Path.GetDirectoryName(path)!, ["init", "--quiet", "--bare", "--template=", "--initial-branch=main", "--", draft]);
        var answer = await git.RunAsync(call, cancellationToken);
        if (!answer.Succeeded)
        {
            throw new GradientException(
                FailureKind.Environment, $"The mirror {path} could not be made: {answer.Complaint}.", "Check the data folder's permissions and the disk's free space.");
        }

        Directory.Move(draft, path);
    }

    /// <summary>Removes locks and half packs; their owners are dead, or we would not have the turn.</summary>
    public void RemoveLeftovers()
    {
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true };
        foreach (var folder in WrittenByFetch.Select(each => Path.Combine(path, each)).Where(Directory.Exists))
        {
            DeleteAll(Directory.EnumerateFiles(folder, "*.lock", everywhere));
        }

        DeleteAll(Directory.EnumerateFiles(path, "packed-refs.lock"));
        DeleteAll(Directory.EnumerateFiles(path, "HEAD.lock"));
        if (Directory.Exists(Packs))
        {
            DeleteAll(Directory.EnumerateFiles(Packs, "tmp_*"));
            DeleteAll(Directory.EnumerateFiles(Packs, ".tmp-*"));
            DeleteAll(Directory.EnumerateFiles(Packs, "*.keep"));
        }
    }

    /// <summary>Removes the lock of a ref that whoever wrote it left when it was killed: nobody writes for that long.</summary>
    public void RemoveStaleLock(string reference, DateTimeOffset now)
    {
        var file = new FileInfo(Path.Combine(path, reference + ".lock"));
        if (!file.Exists || (now.UtcDateTime - file.LastWriteTimeUtc).Duration() <= LongestWrite)
        {
            return;
        }

        try
        {
            file.Delete();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Then git says what is in its way.
        }
    }

    /// <summary>Joins packs when there are more than that: each fetch adds one, and git looks into all of them. Refs, one file each, become one file.</summary>
    /// <remarks>Nothing is dropped. When it does not succeed, packs and refs stay as they are.</remarks>
    public async Task JoinPacksAsync(int mostPacks, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Packs) || Directory.EnumerateFiles(Packs, "*.pack").Count() <= mostPacks)
        {
            return;
        }

        await TryAsync(["pack-refs", "--all"], cancellationToken);
        await TryAsync(["repack", "--quiet", "--geometric=2", "-d"], cancellationToken);
    }

    /// <summary>Puts the mirror in order; what does not succeed in half an hour leaves it as it was.</summary>
    public async Task TryAsync(ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            _ = await git.RunAsync(new GitCall(path, arguments) { GitDirectory = path, Settings = Repacking, Timeout = TimeLimit }, cancellationToken);
        }
        catch (GradientException)
        {
            // It took too long. What was fetched is whole all the same.
        }
    }

    /// <summary>The names of all refs.</summary>
    /// <exception cref="GradientException">Git took too long, or says too much.</exception>
    public async Task<IReadOnlySet<string>> ListRefsAsync(CancellationToken cancellationToken)
    {
        var answer = await git.RunAsync(new GitCall(path, ["for-each-ref", "--format=%(refname)"]) { GitDirectory = path }, cancellationToken);
        return answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
    }

    private string Packs => Path.Combine(path, "objects", "pack");

    private static void DeleteAll(IEnumerable<string> files)
    {
        foreach (var file in files.ToList())
        {
            File.Delete(file);
        }
    }
}
