using GradientCI.Cli.Output;
using GradientCI.Runner.Git;

namespace GradientCI.Cli.Runs;

/// <summary>Says so when the working tree differs from what is about to run.</summary>
internal static class Uncommitted
{
    private const int Shown = 5;

    public static async Task PointOutAsync(GitRepository repository, string revision, Terminal terminal, CancellationToken cancellationToken)
    {
        if (repository.WorkTree is null || revision != "HEAD")
        {
            return;
        }

        var files = await repository.ListUncommittedAsync(cancellationToken);
        if (files.IsEmpty)
        {
            return;
        }

        var names = string.Join(", ", files.Take(Shown).Select(Plain.Line)) + (files.Length > Shown ? $" and {files.Length - Shown} more" : "");
        terminal.Say($"note: Uncommitted changes are not part of this run: {names}");
    }
}
