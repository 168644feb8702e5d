using System.Globalization;

namespace GradientCI.Cli;

/// <summary>Lengths of time as people type them into options: <c>12h</c>, <c>30d</c>, <c>8w</c>.</summary>
internal static class Age
{
    /// <summary>Writes one, of whole hours.</summary>
    public static string Text(TimeSpan age) => (long)age.TotalHours is var hours && hours % 24 == 0 ? $"{hours / 24}d" : $"{hours}h";

    /// <summary>Reads one.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="option">The option, for the hint.</param>
    /// <exception cref="GradientException">It is something else.</exception>
    public static TimeSpan Parse(string text, string option)
    {
        var hours = text.Length == 0 ? 0 : text[^1] switch { 'h' => 1, 'd' => 24, 'w' => 168, _ => 0 };
        return hours > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 100_000
            ? TimeSpan.FromHours((double)number * hours)
            : throw new GradientException(FailureKind.Usage, $"'{text}' is no age.", $"Write for example: {option} 30d");
    }
}
