using System.Globalization;

namespace GradientCI.Comparisons;

/// <summary>Numbers as people read them: four significant digits, no trailing noise.</summary>
/// <remarks>Signed texts carry the typographic minus (U+2212); plain values the hyphen, so that they can be pasted.</remarks>
public static class ValueText
{
    /// <summary><c>0.9342</c>, <c>12346</c>, <c>1.2e-05</c>, <c>NaN</c>, <c>-Infinity</c>.</summary>
    public static string Of(double value) => Rounded(value, 4);

    /// <summary>A difference with its sign: <c>+0.008</c>, <c>−1.2e-05</c>, <c>0</c>.</summary>
    public static string Difference(double difference) => Signed(difference, Rounded(Math.Abs(difference), 4));

    /// <summary>A fraction as a signed percentage of two digits, or of all before the point: <c>+0.86 %</c>, <c>−12 %</c>, <c>+250 %</c>.</summary>
    public static string Percent(double fraction) => Signed(fraction, Rounded(Math.Abs(fraction) * 100, 2)) + " %";

    /// <summary>The two largest units: <c>45s</c>, <c>2m 5s</c>, <c>6h</c>, <c>1d 3h</c>; below a second <c>0.25s</c>.</summary>
    public static string Duration(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return "−" + Duration(duration.Negate());
        }

        var parts = duration switch
        {
            { TotalSeconds: < 10 } => [(duration.TotalSeconds, "s")],
            { TotalMinutes: < 1 } => [(duration.Seconds, "s")],
            { TotalHours: < 1 } => [(duration.Minutes, "m"), (duration.Seconds, "s")],
            { TotalDays: < 1 } => [(duration.Hours, "h"), (duration.Minutes, "m")],
            _ => new (double Amount, string Unit)[] { (duration.Days, "d"), (duration.Hours, "h") },
        };
        var text = string.Join(' ', parts.Where(part => part.Amount != 0).Select(part => Rounded(part.Amount, 2) + part.Unit));
        return text.Length == 0 ? "0s" : text;
    }

    private static string Signed(double value, string magnitude) => magnitude is "0" or "NaN" ? magnitude : (value < 0 ? "−" : "+") + magnitude;

    private static string Rounded(double value, int digits)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value == 0 ? "0" : value.ToString(CultureInfo.InvariantCulture);
        }

        // The exponent after rounding: 9.9999 has the exponent of 10.
        var scientific = value.ToString($"E{digits - 1}", CultureInfo.InvariantCulture);
        var split = scientific.IndexOf('E', StringComparison.Ordinal);
        var exponent = int.Parse(scientific.AsSpan(split + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return exponent is >= 9 or < -4
            ? $"{Trimmed(scientific[..split])}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}"
            : Trimmed(value.ToString($"F{Math.Max(0, digits - 1 - exponent)}", CultureInfo.InvariantCulture));
    }

    private static string Trimmed(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
}
