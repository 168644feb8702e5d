using System.Globalization;

namespace GradientCI.Cli.Output;

/// <summary>Bytes for people: <c>312 B</c>, <c>4.2 MiB</c>.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB"];

    public static string Of(long bytes)
    {
        var unit = -1;
        var value = (double)bytes;
        while (value >= 1023.95 && unit < Units.Length - 1)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return unit < 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }
}
