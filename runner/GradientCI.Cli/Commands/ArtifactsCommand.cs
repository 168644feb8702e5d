using System.CommandLine;
using System.Security.Cryptography;
using GradientCI.Cli.Output;
using GradientCI.Experiments;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci artifacts</c>: what a trial left, and getting a file of it.</summary>
internal static class ArtifactsCommand
{
    private const int BufferSize = 1 << 20;

    public static Command Create(Terminal terminal)
    {
        var id = GlobalOptions.RunOrTrial("The trial");
        var path = new Argument<string?>("NAME") { Description = "A file that the list names; without it they are listed", Arity = ArgumentArity.ZeroOrOne };
        var repository = GlobalOptions.Repository();
        var output = new Option<string?>("--output") { Description = "Where to copy the file to [default: its own name, here]", HelpName = "FILE" };
        var command = new Command("artifacts", "List what a trial left, with sizes and SHA-256; or copy a file of it, and verify it.") { id, path, repository, output };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var trial = await FindAsync(session, parsed.GetRequiredValue(id), parsed.GetRequiredValue(repository), cancellationToken);
            var (files, digests) = (new KeptFiles(session.Data.Artifacts(trial)), KeptDigests.Read(session.Data.ArtifactDigests(trial)));
            if (parsed.GetValue(path) is not { } name)
            {
                terminal.Out.Write(List(files, path => digests.GetValueOrDefault(path)));
                return ExitCodes.Done;
            }

            await using var file = files.List().Contains(name, StringComparer.Ordinal) ? files.Open(name) : null;
            var target = Path.GetFullPath(parsed.GetValue(output) ?? Path.GetFileName(name), terminal.Directory);
            await CopyAsync(
                file ?? throw new GradientException(FailureKind.Usage, Plain.Line($"{trial.Id} left no file {name}."), $"See what it left with: gradientci artifacts {trial.Id}"),
                target, digests.GetValueOrDefault(name), cancellationToken);
            terminal.Out.WriteLine(target);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<Trial> FindAsync(Session session, string text, string folder, CancellationToken cancellationToken)
    {
        var reference = await session.FindAsync(text, folder, cancellationToken);
        var trials = await session.Store.ListTrialsAsync(reference.Run.Id, cancellationToken);
        return reference.Trial is { } number ? TrialLookup.Find(trials, trial => trial.Id, reference.Run.Id, number)
            : trials is [var only] ? only
            : throw new GradientException(FailureKind.Usage, $"{reference.Run.Id} has {trials.Length} trials.", $"Name one, for example: gradientci artifacts {reference.Run.Id}.1");
    }

    private static string List(KeptFiles files, Func<string, string?> digest)
    {
        var table = new TextTable("FILE", "SIZE", "SHA-256");
        var paths = files.List();
        foreach (var path in paths)
        {
            using var file = files.Open(path);
            table.Add(Plain.Line(path), file is null ? "unreadable" : ByteText.Of(file.Length), digest(path) ?? "");
        }

        return paths.IsEmpty ? "It left no files.\n" : files.Notice is { } notice ? $"{table}{notice}\n" : table.ToString();
    }

    // Beside its place first, so that what is there is whole and as it was when the trial ended.
    private static async Task CopyAsync(FileStream file, string target, string? digest, CancellationToken cancellationToken)
    {
        if (Path.Exists(target))
        {
            throw new GradientException(FailureKind.Usage, $"{target} is already there.", "Name another place with --output.");
        }

        var draft = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using var sum = SHA256.Create();
            await using (var copy = new FileStream(draft, FileMode.CreateNew))
            {
                await using var hashed = new CryptoStream(copy, sum, CryptoStreamMode.Write, leaveOpen: true);
                await file.CopyToAsync(hashed, BufferSize, cancellationToken);
            }

            if (digest is not null && Convert.ToHexStringLower(sum.Hash!) != digest)
            {
                throw new GradientException(
                    FailureKind.Environment, "The file is not what it was when the trial ended.", "Something has written to it since; restore it from a backup, or compute the trial again.");
            }

            File.Move(draft, target);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(FailureKind.Environment, $"{target} cannot be written: {problem.Message.TrimEnd('.')}.", "Check that its folder is there, and that the disk has room.", problem);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
