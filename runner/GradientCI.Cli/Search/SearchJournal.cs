namespace GradientCI.Cli.Search;

/// <summary>A file with every line that changed a search, each followed by its answer, written before the answer is sent.</summary>
/// <remarks>A search that is started with it again says the lines to itself, hears the same answers, and goes on from there.</remarks>
internal sealed class SearchJournal : IAsyncDisposable
{
    // An answer may hold a thousand proposals.
    private const int MostBytes = 128 << 20;

    private readonly FileStream _file;

    private SearchJournal(FileStream file) => _file = file;

    /// <summary>Opens a journal, and takes its search up.</summary>
    /// <exception cref="GradientException">Somebody else has it open, or it is another search's.</exception>
    public static async Task<SearchJournal> OpenAsync(string path, SearchDialogue dialogue, CancellationToken cancellationToken)
    {
        var journal = new SearchJournal(Open(path));
        try
        {
            await journal.ReplayAsync(dialogue, cancellationToken);
            return journal;
        }
        catch
        {
            await journal.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a line and its answer.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="answer">The answer, with its end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask AddAsync(ReadOnlyMemory<byte> line, ReadOnlyMemory<byte> answer, CancellationToken cancellationToken)
    {
        await _file.WriteAsync(line, cancellationToken);
        _file.WriteByte((byte)'\n');
        await _file.WriteAsync(answer, cancellationToken);
        await _file.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 64 << 10);
        }
        catch (IOException problem)
        {
            throw new GradientException(FailureKind.Environment, $"The journal {path} cannot be opened: {problem.Message}", "Let only one search use it at a time.", problem);
        }
    }

    private async Task ReplayAsync(SearchDialogue dialogue, CancellationToken cancellationToken)
    {
        var lines = new InputLines(_file, MostBytes);
        var (number, kept) = (1, 0L);
        while (await lines.ReadAsync(cancellationToken) is { IsWhole: true } line
            && await lines.ReadAsync(cancellationToken) is { IsWhole: true } answer)
        {
            if (!dialogue.Answer(line).Answer.Span[..^1].SequenceEqual(answer.Bytes.Span))
            {
                throw new GradientException(
                    FailureKind.Usage,
                    $"{_file.Name}:{number}: the search would answer otherwise today than the journal says.",
                    "Go on with the manifest, sampler, seed and version that it was begun with, or name another journal.");
            }

            kept += line.Bytes.Length + 1 + answer.Bytes.Length + 1;
            number += 2;
        }

        // Whoever was killed while it wrote had not answered yet.
        _file.SetLength(kept);
        _file.Seek(0, SeekOrigin.End);
    }
}
