using GradientCI.Runner.Ingestion;

namespace GradientCI.Cli.Output;

/// <summary>Prints a log byte by byte as it is when it goes into a file or a pipe, and without escape sequences on a terminal.</summary>
internal static class LogPrinter
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);

    /// <summary>Prints the log.</summary>
    /// <param name="path">The log.</param>
    /// <param name="tail">Only the last lines, or null.</param>
    /// <param name="hasEnded">Asked before each reading whether it is the last; null prints what is there.</param>
    /// <param name="terminal">Where to.</param>
    /// <param name="cancellationToken">Stops following.</param>
    public static async Task PrintAsync(string path, int? tail, Func<CancellationToken, Task<bool>>? hasEnded, Terminal terminal, CancellationToken cancellationToken)
    {
        // Where secrets are masked, the log comes a moment after the trial has begun.
        while (hasEnded is not null && !File.Exists(path) && !await hasEnded(cancellationToken))
        {
            await Task.Delay(Beat, terminal.Time, cancellationToken);
        }

        if (!File.Exists(path))
        {
            throw new GradientException(FailureKind.Environment, $"The log {path} is not there.", "It was removed, or the trial has not started.");
        }

        var offset = tail is { } lines ? LogReader.FindLastLines(path, lines) : 0;
        if (terminal.IsOutScreen)
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Position = offset;
            using var reader = new StreamReader(file);
            await FollowAsync(() => PrintableAsync(reader, terminal.Out, cancellationToken), hasEnded, terminal.Time, cancellationToken);
            return;
        }

        await using var output = terminal.OpenOut();
        await FollowAsync(async () => offset = await LogReader.CopyAsync(path, offset, output, cancellationToken), hasEnded, terminal.Time, cancellationToken);
    }

    private static async Task FollowAsync(Func<Task> print, Func<CancellationToken, Task<bool>>? hasEnded, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            var isLast = hasEnded is null || await hasEnded(cancellationToken);
            await print();
            if (isLast)
            {
                return;
            }

            await Task.Delay(Beat, time, cancellationToken);
        }
    }

    private static async Task PrintableAsync(StreamReader reader, TextWriter output, CancellationToken cancellationToken)
    {
        var buffer = new char[8192];
        for (int read; (read = await reader.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            await output.WriteAsync(Printable(buffer.AsSpan(0, read)));
        }
    }

    private static string Printable(ReadOnlySpan<char> text) =>
        string.Concat(text.ToString().Select(each => char.IsControl(each) && each is not ('\n' or '\r' or '\t') ? '\uFFFD' : each));
}
