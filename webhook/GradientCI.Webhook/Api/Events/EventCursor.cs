using System.Globalization;
using System.Runtime.InteropServices;
using GradientCI.Stores;

namespace GradientCI.Webhook.Api.Events;

/// <summary>How far somebody who looks on has come: the id of an event. It means the same to every service on the record.</summary>
/// <param name="Events">How far in the run's events.</param>
/// <param name="Log">How far in the log of the trial that is followed.</param>
/// <param name="IsEnd">Whether the end was told, too.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct EventCursor(RunPosition Events, LogPosition Log = default, bool IsEnd = false)
{
    private const int Longest = 100;
    private const char LogMark = '@';
    private const string EndMark = "end";

    /// <summary>Reads an id.</summary>
    /// <returns>The cursor, or null for what is no id of ours.</returns>
    public static EventCursor? Parse(string text)
    {
        if (text.Length > Longest || text.Split(LogMark) is not { Length: <= 2 } parts)
        {
            return null;
        }

        var log = default(LogPosition);
        if (parts.Length == 2)
        {
            if (Numbers(parts[1]) is not [var attempt and <= int.MaxValue, var offset])
            {
                return null;
            }

            log = new LogPosition((int)attempt, offset);
        }

        var isEnd = parts[0].EndsWith(EndMark, StringComparison.Ordinal);
        return Numbers(isEnd ? parts[0][..^EndMark.Length] : parts[0]) switch
        {
            [var number] => new EventCursor(new RunPosition(number), log, isEnd),
            [var number, var points] when !isEnd => new EventCursor(new RunPosition(number, points), log),
            _ => null,
        };
    }

    /// <summary>The id: <c>17</c>, <c>17.500</c> in the midst of many points, <c>17@1.2048</c> with a log, <c>18end</c>.</summary>
    public override string ToString()
    {
        var events = Events.Points == 0 ? string.Create(CultureInfo.InvariantCulture, $"{Events.Number}") : string.Create(CultureInfo.InvariantCulture, $"{Events.Number}.{Events.Points}");
        var log = Log == default ? "" : string.Create(CultureInfo.InvariantCulture, $"{LogMark}{Log.Attempt}.{Log.Offset}");
        return $"{events}{(IsEnd ? EndMark : "")}{log}";
    }

    private static long[]? Numbers(string text)
    {
        var parts = text.Split('.');
        var numbers = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }
}

/// <summary>How far a trial's log is known.</summary>
/// <param name="Attempt">The attempt, from 1; 0 for the log of a trial whose result was taken over, and before there is any.</param>
/// <param name="Offset">Bytes.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LogPosition(int Attempt, long Offset);
