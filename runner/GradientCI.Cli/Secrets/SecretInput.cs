using GradientCI.Runner.Secrets;

namespace GradientCI.Cli.Secrets;

/// <summary>The value of a secret from where no list of processes and no history of a shell shows it.</summary>
internal static class SecretInput
{
    /// <summary>Reads a file, or standard input.</summary>
    /// <exception cref="GradientException">It cannot be read, would stand on a screen, or may be no secret.</exception>
    public static async Task<string> ReadAsync(string? path, Terminal terminal, CancellationToken cancellationToken)
    {
        if (path is null && terminal.IsInKeyboard)
        {
            throw new GradientException(
                FailureKind.Usage, "The value would stand on the screen.", "Pipe it in, or take it from a file: gradientci secret set NAME --from-file FILE");
        }

        try
        {
            await using var input = path is null ? terminal.OpenIn() : File.OpenRead(Path.GetFullPath(path, terminal.Directory));
            var buffer = new byte[SecretRules.LongestValue + 3];
            var length = await input.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return SecretRules.CheckValue(buffer.AsSpan(0, length));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(FailureKind.Usage, $"The value cannot be read: {problem.Message}", "Name a file that you may read.", problem);
        }
    }
}
