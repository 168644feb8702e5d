using System.Collections.Immutable;
using GradientCI.SearchSpaces;

namespace GradientCI.Specs;

/// <summary>Values as a person would write them in the manifest.</summary>
internal static class ManifestText
{
    private static readonly (long Size, string Unit)[] Sizes = [(1L << 40, "TiB"), (1L << 30, "GiB"), (1L << 20, "MiB"), (1L << 10, "KiB")];

    /// <summary><c>2h</c>, <c>90s</c>: the greatest unit that leaves a whole number.</summary>
    public static string Duration(TimeSpan value) =>
        value == TimeSpan.Zero ? "0s"
        : value.Ticks % TimeSpan.TicksPerDay == 0 ? $"{value.Ticks / TimeSpan.TicksPerDay}d"
        : value.Ticks % TimeSpan.TicksPerHour == 0 ? $"{value.Ticks / TimeSpan.TicksPerHour}h"
        : value.Ticks % TimeSpan.TicksPerMinute == 0 ? $"{value.Ticks / TimeSpan.TicksPerMinute}m"
        : $"{value.TotalSeconds:0.###}s";

    /// <summary><c>16GiB</c>; bytes when no unit leaves a whole number.</summary>
    public static string Size(long bytes)
    {
        foreach (var (size, unit) in Sizes)
        {
            if (bytes != 0 && bytes % size == 0)
            {
                return $"{bytes / size}{unit}";
            }
        }

        return $"{bytes}";
    }

    /// <summary><c>[a, b]</c>.</summary>
    public static string List<T>(IEnumerable<T> items) => $"[{string.Join(", ", items)}]";

    /// <summary><c>{ a: 1, b: 2 }</c>, without the entries that say nothing; null when none is left.</summary>
    public static string? Map(params IEnumerable<(string Key, object? Value)> entries)
    {
        var said = entries.Where(entry => entry.Value is not (null or "" or "[]")).Select(entry => $"{entry.Key}: {entry.Value}").ToList();
        return said.Count == 0 ? null : $"{{ {string.Join(", ", said)} }}";
    }

    /// <summary>A parameter of the search space: <c>[sgd, adam]</c>, <c>{ float: [0.1, 1], scale: log }</c>.</summary>
    public static string Parameter(Parameter parameter)
    {
        var when = Map(parameter.When.Select(condition => (condition.Parameter, (object?)OneOrList(condition.AnyOf))));
        return parameter.Domain switch
        {
            FloatDomain real => Map(("float", $"[{real.Low:R}, {real.High:R}]"), ("scale", Word(real.Scale)), ("step", real.Step), ("when", when))!,
            IntDomain whole => Map(
                ("int", $"[{whole.Low}, {whole.High}]"), ("scale", Word(whole.Scale)), ("step", whole.Step == 1 ? null : whole.Step), ("when", when))!,
            ChoiceDomain choice when when is null => List(choice.Values),
            ChoiceDomain choice => Map(("choice", List(choice.Values)), ("when", when))!,
            _ => parameter.Domain.ToString(),
        };
    }

    private static string OneOrList(ImmutableArray<ParameterValue> values) => values.Length == 1 ? values[0].ToString() : List(values);

    private static string? Word(Scale scale) => scale == Scale.Linear ? null : "log";
}
