using System.Collections.Immutable;

namespace GradientCI.Runner.Git;

/// <summary>Makes repositories of our own, for the demo.</summary>
public static class NewRepository
{
    /// <summary>Makes an empty repository whose branch is <c>main</c>.</summary>
    public static async Task InitializeAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        await RunAsync(folder, ["init", "--quiet", "--initial-branch=main", "--template="], cancellationToken);
    }

    /// <summary>Commits everything in the folder.</summary>
    public static async Task CommitAllAsync(string folder, string message, CancellationToken cancellationToken)
    {
        await RunAsync(folder, ["add", "--all"], cancellationToken);
        await RunAsync(folder, ["commit", "--quiet", "--no-gpg-sign", "--message", message], cancellationToken);
    }

    private static async Task RunAsync(string folder, ImmutableArray<string> arguments, CancellationToken cancellationToken)
    {
        var answer = await GitProgram.Find().RunAsync(
            new GitCall(folder, arguments)
            {
                Settings = [new("user.name", "GradientCI demo"), new("user.email", "demo@example.org")],
            },
            cancellationToken);
        if (!answer.Succeeded)
        {
            throw new GradientException(FailureKind.Environment, $"git {arguments[0]} in {folder} failed: {answer.Complaint}.", "Check the folder's permissions and the disk's free space.");
        }
    }
}
