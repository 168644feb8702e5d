namespace GradientCI.Cli.Remote;

/// <summary>Prints what a command at a service says, as it would have printed it here.</summary>
internal sealed class ResponsePrinter(Terminal terminal) : IAsyncDisposable
{
    private Stream? _bytes;

    /// <summary>Prints a line.</summary>
    public async Task PrintAsync(ResponseLine line, CancellationToken cancellationToken)
    {
        if (line.Out is { } text)
        {
            await terminal.Out.WriteAsync(text.AsMemory(), cancellationToken);
            await terminal.Out.FlushAsync(cancellationToken);
        }

        if (line.Bytes is { } bytes && line.File is null)
        {
            _bytes ??= terminal.OpenOut();
            await _bytes.WriteAsync(bytes, cancellationToken);
            await _bytes.FlushAsync(cancellationToken);
        }

        SayProgress(line);
    }

    /// <summary>Prints only what goes to standard error.</summary>
    public Task PrintProgressAsync(ResponseLine line)
    {
        SayProgress(line);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_bytes is not null)
        {
            await _bytes.DisposeAsync();
        }
    }

    // That nobody can read it stops nothing, as in Terminal.Say.
    private void SayProgress(ResponseLine line)
    {
        try
        {
            terminal.Error.Write(line.Error);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // There is no other place to say it.
        }
    }
}
