using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Stores;

namespace GradientCI.Webhook.Api.Events;

/// <summary>A line that a trial printed, or a piece of a long one.</summary>
/// <param name="Text">Without its end; what is no UTF-8 is replaced.</param>
/// <param name="Until">Where the next one begins.</param>
/// <param name="Continues">Whether the line goes on in the next piece.</param>
internal sealed record LogLine(string Text, LogPosition Until, bool Continues);

/// <summary>The lines of a trial's log, attempt by attempt, from wherever one goes on.</summary>
internal sealed class LogLines(DataFolder data, IExperimentStore store, TrialId trial, LogPosition from)
{
    private const int Block = 64 << 10;
    private const int LongestPiece = 16 << 10;

    private readonly byte[] _buffer = new byte[Block];
    private LogPosition _at = from;

    /// <summary>Reads some lines of what is there; none when there are no whole ones.</summary>
    /// <param name="isOver">Whether nothing more will be printed; then what has no end is a line, too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<List<LogLine>> ReadAsync(bool isOver, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_at.Attempt == 0 && await FindCachedAsync(cancellationToken) is { } cached)
            {
                return await ReadAsync(cached, isLast: true, cancellationToken);
            }

            var attempt = Math.Max(1, _at.Attempt);

            // The next attempt begins when this one has ended, so what is read after the look is all of it.
            var next = data.Log(new AttemptId(trial, attempt + 1));
            var hasNext = File.Exists(next);
            var lines = await ReadAsync(data.Log(new AttemptId(trial, attempt)), isOver || hasNext, cancellationToken);
            if (lines.Count > 0 || !hasNext)
            {
                return lines;
            }

            _at = new LogPosition(attempt + 1, 0);
        }
    }

    private async Task<string?> FindCachedAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(data.Log(new AttemptId(trial, 1))))
        {
            return null;
        }

        var found = (await store.ListTrialsAsync(trial.Run, trial.Number - 1, 1, cancellationToken)).FirstOrDefault(each => each.Id == trial);
        return found?.CachedFrom is null ? null : data.Log(found);
    }

    private async Task<List<LogLine>> ReadAsync(string path, bool isLast, CancellationToken cancellationToken)
    {
        var lines = new List<LogLine>();
        if (!File.Exists(path))
        {
            return lines;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var read = await RandomAccess.ReadAsync(file, _buffer, _at.Offset, cancellationToken);
        var isEnd = isLast && _at.Offset + read >= RandomAccess.GetLength(file);
        var attempt = path == data.Log(new AttemptId(trial, Math.Max(1, _at.Attempt))) ? Math.Max(1, _at.Attempt) : 0;
        for (var start = 0; start < read;)
        {
            var rest = _buffer.AsSpan(start, read - start);
            var feed = rest[..Math.Min(rest.Length, LongestPiece)].IndexOf((byte)'\n');
            var length = feed >= 0 ? feed : rest.Length >= LongestPiece ? Whole(rest[..LongestPiece]) : isEnd ? rest.Length : 0;
            var taken = feed >= 0 ? length + 1 : length;
            if (taken == 0)
            {
                break;
            }

            var continues = feed < 0 && !(isEnd && length == rest.Length);
            var text = Encoding.UTF8.GetString(rest[..length]);
            _at = new LogPosition(attempt, _at.Offset + taken);
            lines.Add(new LogLine(feed >= 0 && text.EndsWith('\r') ? text[..^1] : text, _at, continues));
            start += taken;
        }

        return lines;
    }

    // A character is not cut in two, unless it is none.
    private static int Whole(ReadOnlySpan<byte> piece)
    {
        var end = piece.Length;
        while (end > piece.Length - 4 && (piece[end - 1] & 0xC0) == 0x80)
        {
            end--;
        }

        return piece[end - 1] >= 0xC0 ? end - 1 : piece.Length;
    }
}
