using GradientCI.Runner.Ingestion;

namespace GradientCI.Cli.Output;

/// <summary>Prints a log as it is when it goes into a file or a pipe, and without escape sequences on a terminal.</summary>
internal static class LogPrinter
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>Prints the log.</summary>
    /// <param name="path">The log.</param>
    /// <param name="tail">Only the last lines, or null.</param>
    /// <param name="ended">Asked after each reading whether more may come; null prints what is there.</param>
    /// <param name="terminal">Where to.</param>
    /// <param name="cancellationToken">Stops following.</param>
    public static async Task PrintAsync(string path, int? tail, Func<Task<bool>>? ended, Terminal terminal, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new GradientException(FailureKind.Environment, $"The log {path} is not there.", "It was removed, or the trial has not started.");
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = tail is { } lines ? LogReader.FindLastLines(path, lines) : 0;
        using var reader = new StreamReader(file);
        var buffer = new char[8192];
        while (true)
        {
            var over = ended is null || await ended();
            for (int read; (read = await reader.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                terminal.Out.Write(terminal.IsInteractive ? Printable(buffer.AsSpan(0, read)) : new string(buffer, 0, read));
            }

            if (over)
            {
                return;
            }

            await Task.Delay(Beat, terminal.Time, cancellationToken);
        }
    }

    private static string Printable(ReadOnlySpan<char> text) =>
        string.Concat(text.ToString().Select(each => char.IsControl(each) && each is not ('\n' or '\r' or '\t') ? '\uFFFD' : each));
}
