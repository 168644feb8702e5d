using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using GradientCI.Specs;

namespace GradientCI.Runner.Ingestion;

/// <summary>The manifest's regular expressions over log text: the first match of a line counts, and its first group is the value.</summary>
internal sealed class LinePatterns
{
    private const int LongestText = 4_096;

    private readonly ImmutableArray<(byte[] Name, Regex Pattern)> _patterns;
    private readonly char[] _text;

    /// <exception cref="GradientException">A pattern is none, or one that needs backtracking.</exception>
    public LinePatterns(ImmutableArray<MetricPattern> patterns)
    {
        _patterns = [.. patterns.Select(pattern => (Encoding.UTF8.GetBytes(pattern.Metric), Compile(pattern)))];
        _text = patterns.IsEmpty ? [] : new char[LongestText];
    }

    public void Match(ReadOnlySpan<byte> line, SeriesTable points)
    {
        if (_patterns.IsEmpty || line.IsEmpty)
        {
            return;
        }

        Encoding.UTF8.TryGetChars(line[..Math.Min(line.Length, LongestText)], _text, out var length);
        var text = _text.AsSpan(0, length);
        foreach (var (name, pattern) in _patterns)
        {
            if (pattern.IsMatch(text) && TryReadGroup(pattern, text, out var value))
            {
                points.Add(name, x: null, value);
            }
        }
    }

    // Groups cost a string: only for lines that match.
    private static bool TryReadGroup(Regex pattern, ReadOnlySpan<char> text, out double value)
    {
        var group = pattern.Match(text.ToString()).Groups[1];
        value = double.NaN;
        return group.Success && NonFinite.TryParseNumber(Encoding.UTF8.GetBytes(group.Value), out value);
    }

    private static Regex Compile(MetricPattern pattern)
    {
        try
        {
            return new Regex(pattern.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            throw new GradientException(
                FailureKind.Usage,
                $"The pattern of metric {pattern.Metric} cannot be used: {exception.Message}",
                "Write it without look-around, back references and atomic groups.",
                exception);
        }
    }
}
