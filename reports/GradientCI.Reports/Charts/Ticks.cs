using System.Collections.Immutable;
using System.Globalization;

namespace GradientCI.Reports.Charts;

/// <summary>A place on an axis with its label.</summary>
internal readonly record struct Tick(double Value, string Label);

/// <summary>Round numbers for axes.</summary>
internal static class Ticks
{
    private const int About = 5;

    /// <summary>Multiples of 1, 2 or 5 × 10ⁿ between two finite bounds, ascending; at least one, at most ten.</summary>
    public static ImmutableArray<Tick> Linear(double low, double high)
    {
        var raw = (high / About) - (low / About);
        var magnitude = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = magnitude * (raw / magnitude) switch { <= 1.0000001 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var values = new List<double>();
        var first = Math.Ceiling(low / step);
        for (var index = 0; index < 10; index++)
        {
            var value = (first + index) * step;
            if (double.IsFinite(value) && value <= high + (step * 1e-9) && (values.Count == 0 || value > values[^1]))
            {
                values.Add(value == 0 ? 0 : value);
            }
        }

        // Too narrow a span for doubles to have a round number in it.
        return values.Count == 0 ? [Labelled(low, 0)] : [.. values.Select(value => Labelled(value, step))];
    }

    /// <summary>Powers of ten between two positive bounds, with 2 and 5 between them when there are few; at least one.</summary>
    public static ImmutableArray<Tick> Log(double low, double high)
    {
        int first = (int)Math.Ceiling(Math.Log10(low) - 1e-9), last = (int)Math.Floor(Math.Log10(high) + 1e-9);
        if (last - first >= 2)
        {
            var stride = ((last - first) / 6) + 1;
            return [.. Enumerable.Range(0, ((last - first) / stride) + 1).Select(index => Labelled(Math.Pow(10, first + (index * stride)), 0))];
        }

        var fine = Enumerable.Range(first - 1, last - first + 3)
            .SelectMany(exponent => new[] { 1.0, 2, 5 }.Select(digit => digit * Math.Pow(10, exponent)))
            .Where(value => double.IsFinite(value) && value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9))
            .Select(value => Labelled(value, 0))
            .ToImmutableArray();
        return fine.Length >= 2 ? fine : Linear(low, high);
    }

    private static Tick Labelled(double value, double step) => new(value, Label(value, step));

    private static string Label(double value, double step)
    {
        var size = Math.Max(Math.Abs(value), step);
        if (value == 0)
        {
            return "0";
        }

        if (size is >= 1e5 or < 1e-3)
        {
            var digits = step > 0 ? Math.Clamp((int)(Math.Floor(Math.Log10(Math.Abs(value))) - Math.Floor(Math.Log10(step) + 1e-9)), 0, 15) : 2;
            return value.ToString($"0.{new string('#', digits)}e0", CultureInfo.InvariantCulture).Replace('-', '−');
        }

        var decimals = step > 0 ? Math.Clamp(-(int)Math.Floor(Math.Log10(step) + 1e-9), 0, 15) : 6;
        return value.ToString($"0.{new string(step > 0 ? '0' : '#', decimals)}", CultureInfo.InvariantCulture).Replace('-', '−');
    }
}
