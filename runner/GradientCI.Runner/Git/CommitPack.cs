using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using GradientCI.Experiments;

namespace GradientCI.Runner.Git;

/// <summary>One commit with its files, without its history, as a pack of Git.</summary>
/// <remarks>
/// Objects are named after their content, so whoever reads a pack and finds the commit in it whole has exactly that commit,
/// whoever wrote the pack.
/// </remarks>
public static class CommitPack
{
    /// <summary>The most bytes of a pack that is read.</summary>
    public const long MostBytes = 16L << 30;

    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(30);

    /// <summary>Writes the pack. The same commit gives the same bytes with the same version of git.</summary>
    /// <exception cref="GradientException">The repository lacks a part of the commit.</exception>
    public static async Task WriteAsync(GitRepository repository, CommitSha sha, Stream target, CancellationToken cancellationToken)
    {
        var objects = repository.Checked(await repository.RunAsync(["rev-list", "--objects", "--no-walk", sha.Value], cancellationToken), "list the commit's files");

        // What is packed already would be copied as it happens to lie there.
        var call = repository.Call(["pack-objects", "--stdout", "--quiet", "--threads=1", "--window=0", "--no-reuse-delta", "--no-reuse-object"]) with
        {
            Timeout = TimeLimit,
            Settings = [new("pack.compression", "6"), new("core.compression", "6")],
        };
        await PipeAsync(call, new MemoryStream(objects.Output.ToArray()), target, cancellationToken);
    }

    /// <summary>Reads a pack into a bare repository, which is made when there is none.</summary>
    /// <param name="folder">The repository.</param>
    /// <param name="sha">The commit that must be in it.</param>
    /// <param name="pack">The pack; nobody vouches for it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">It is no pack, or the commit is not in it whole.</exception>
    public static async Task ReadAsync(string folder, CommitSha sha, Stream pack, CancellationToken cancellationToken)
    {
        var git = GitProgram.Find();
        await new MirrorFolder(folder, git).MakeAsync(cancellationToken);
        await CutHistoryAsync(folder, sha, cancellationToken);
        await PipeAsync(Call("index-pack", "--stdin", $"--max-input-size={MostBytes}"), pack, Stream.Null, cancellationToken);
        var whole = await git.RunAsync(Call("rev-list", "--objects", "--no-walk", "--quiet", sha.Value), cancellationToken);
        if (!whole.Succeeded)
        {
            throw new GradientException(FailureKind.Usage, $"The bundle does not hold commit {sha.Short} whole: {whole.Complaint}.", "Export the run again.");
        }

        // What no ref leads to may be swept away.
        var kept = await git.RunAsync(Call("update-ref", $"refs/heads/bundle-{sha.Value}", sha.Value), cancellationToken);
        if (!kept.Succeeded)
        {
            throw new GradientException(FailureKind.Environment, $"Commit {sha.Short} cannot be kept in {folder}: {kept.Complaint}.", "Check the data folder's permissions and the disk's free space.");
        }

        GitCall Call(params ImmutableArray<string> arguments) => new(folder, arguments) { GitDirectory = folder, Timeout = TimeLimit };
    }

    // Its parents are elsewhere; git takes it for the end of a shallow clone.
    private static async Task CutHistoryAsync(string folder, CommitSha sha, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder, "shallow");
        var known = File.Exists(file) ? await File.ReadAllLinesAsync(file, cancellationToken) : [];
        if (!known.Contains(sha.Value, StringComparer.Ordinal))
        {
            var draft = $"{file}.{Environment.ProcessId}.tmp";
            await File.WriteAllLinesAsync(draft, [.. known, sha.Value], cancellationToken);
            File.Move(draft, file, overwrite: true);
        }
    }

    private static async Task PipeAsync(GitCall call, Stream input, Stream output, CancellationToken cancellationToken)
    {
        using var process = GitProgram.Find().Start(call);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(call.Timeout);
        await using var kill = limit.Token.Register(() => GitProgram.Kill(process));
        var feeding = FeedAsync(process, input);
        var complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.StandardOutput.BaseStream.CopyToAsync(output, CancellationToken.None);
            await feeding;
        }
        catch
        {
            GitProgram.Kill(process);
            throw;
        }

        await process.WaitForExitAsync(CancellationToken.None);
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode != 0)
        {
            throw new GradientException(
                FailureKind.Usage, $"git {call.Arguments[0]} in {call.Folder} failed: {GitProgram.Complaint(await complaint, process.ExitCode)}.", "Export the run again, or check the repository with git fsck.");
        }
    }

    private static async Task FeedAsync(Process process, Stream input)
    {
        var buffer = new byte[128 << 10];
        try
        {
            for (int count; (count = await input.ReadAsync(buffer, CancellationToken.None)) > 0 && await TryWriteAsync(process, buffer.AsMemory(0, count));)
            {
            }
        }
        finally
        {
            await TryCloseAsync(process);
        }
    }

    // Git may have heard enough, and says why.
    private static async Task<bool> TryWriteAsync(Process process, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(bytes, CancellationToken.None);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task TryCloseAsync(Process process)
    {
        try
        {
            await process.StandardInput.DisposeAsync();
        }
        catch (IOException)
        {
            // What was not sent is not missed.
        }
    }
}
