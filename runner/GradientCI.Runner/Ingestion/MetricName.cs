using System.Text;
using System.Text.Unicode;
using GradientCI.Metrics;

namespace GradientCI.Runner.Ingestion;

/// <summary>What a metric that a trial writes may be called.</summary>
public static class MetricName
{
    private const int LongestInUtf8 = MetricLimits.NameLength * 3;

    /// <summary>Accepts 1 to 200 characters of valid UTF-8 without control characters, outside our own prefix.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> utf8, out string name)
    {
        name = "";
        if (utf8.IsEmpty || utf8.Length > LongestInUtf8 || !Utf8.IsValid(utf8) || utf8.StartsWith("system/"u8))
        {
            return false;
        }

        name = Encoding.UTF8.GetString(utf8);
        return name.Length <= MetricLimits.NameLength && !name.Any(char.IsControl);
    }
}
