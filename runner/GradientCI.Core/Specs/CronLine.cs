using System.Collections.Immutable;
using System.Globalization;

namespace GradientCI.Specs;

/// <summary>A cron line of five fields: when something is due, to the minute, in UTC.</summary>
/// <remarks>
/// Each field is a list of <c>*</c>, numbers and ranges, with a step: <c>*/15</c>, <c>1-5</c>, <c>10/20</c> for 10, 30 and 50. When both the
/// day of the month and the weekday are restricted, a day that is one of either is due, as cron has always had it.
/// </remarks>
public sealed record CronLine
{
    private const int Fields = 5;
    private static readonly ImmutableArray<int> LongestMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    private CronLine(string text, ImmutableArray<ImmutableSortedSet<int>> fields)
    {
        (Text, Minutes, Hours, Days, Months, Weekdays) = (text, fields[0], fields[1], fields[2], fields[3], fields[4]);
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Minutes, 0 to 59.</summary>
    public ImmutableSortedSet<int> Minutes { get; }

    /// <summary>Hours, 0 to 23.</summary>
    public ImmutableSortedSet<int> Hours { get; }

    /// <summary>Days of the month, 1 to 31.</summary>
    public ImmutableSortedSet<int> Days { get; }

    /// <summary>Months, 1 to 12.</summary>
    public ImmutableSortedSet<int> Months { get; }

    /// <summary>Weekdays, 0 to 6 from Sunday on; a 7 was taken for Sunday.</summary>
    public ImmutableSortedSet<int> Weekdays { get; }

    /// <summary>Whether any day of the month will do.</summary>
    public bool IsAnyDay => Days.Count == 31;

    /// <summary>Whether any weekday will do.</summary>
    public bool IsAnyWeekday => Weekdays.Count == 7;

    /// <summary>Whether no day ever meets it: 30 February.</summary>
    public bool NeverFires => IsAnyWeekday && HasNoSuchDay;

    /// <summary>Whether none of its months has one of its days of the month.</summary>
    public bool HasNoSuchDay => Months.All(month => Days[0] > LongestMonths[month - 1]);

    /// <summary>Reads a line.</summary>
    /// <returns>The line, or null when it is none: another number of fields, a number out of bounds, a range that runs backwards.</returns>
    public static CronLine? TryParse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length != Fields)
        {
            return null;
        }

        ImmutableSortedSet<int>?[] fields = [Read(parts[0], 0, 59), Read(parts[1], 0, 23), Read(parts[2], 1, 31), Read(parts[3], 1, 12), Read(parts[4], 0, 7)];
        if (fields is not [{ } minutes, { } hours, { } days, { } months, { } weekdays])
        {
            return null;
        }

        return new CronLine(text, [minutes, hours, days, months, [.. weekdays.Select(day => day % 7)]]);
    }

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <inheritdoc/>
    public bool Equals(CronLine? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private static ImmutableSortedSet<int>? Read(string field, int low, int high)
    {
        var values = ImmutableSortedSet.CreateBuilder<int>();
        foreach (var part in field.Split(','))
        {
            if (ReadPart(part, low, high) is not var (first, last, step))
            {
                return null;
            }

            for (long value = first; value <= last; value += step)
            {
                values.Add((int)value);
            }
        }

        return values.ToImmutable();
    }

    private static (int First, int Last, int Step)? ReadPart(string part, int low, int high)
    {
        var (range, step) = part.Split('/') switch
        {
            [var only] => (only, 1),
            [var before, var after] => (before, Number(after) ?? 0),
            _ => ("", 0),
        };
        var isStepped = part.Contains('/', StringComparison.Ordinal);
        (int? first, int? last) = range.Split('-') switch
        {
            ["*"] => (low, high),
            [var only] => (Number(only), isStepped ? high : Number(only)),
            [var from, var to] => (Number(from), Number(to)),
            _ => (null, null),
        };
        return step > 0 && first >= low && last <= high && first <= last ? (first.Value, last.Value, step) : null;
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
