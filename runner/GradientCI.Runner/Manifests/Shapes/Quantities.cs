using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Shapes;

/// <summary>Values with a unit, and values that are compared.</summary>
internal static partial class Quantities
{
    private const double LongestDuration = 366 * 86_400d;

    public static Shape<TimeSpan> Duration { get; } = Scalars.Notation("a duration: `90s`, `30m`, `2h`, `1d`", DurationPattern, match =>
    {
        var seconds = NumberOf(match.Groups[1]) * match.Groups[2].Value switch { "s" => 1, "m" => 60, "h" => 3_600, _ => 86_400 };
        return seconds is >= 1 and <= LongestDuration ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
    });

    public static Shape<long> Size { get; } = Scalars.Notation("a size: `512MiB`, `16GiB`, `2GB`", SizePattern, match =>
    {
        var unit = match.Groups[2].Value;
        var bytes = NumberOf(match.Groups[1]) * Math.Pow(unit.Contains('i', StringComparison.Ordinal) ? 1_024 : 1_000, " KMGT".IndexOf(unit[0], StringComparison.Ordinal));
        return bytes is >= 1 and < (1L << 60) ? (long)bytes : (long?)null;
    });

    /// <summary>Where a value must lie.</summary>
    public static Shape<Interval> Interval { get; } = new ScalarShape<Interval>(
        "an interval in quotes: `\">= 0.9\"`, `\"< 2\"`, `\"== 1\"`, `\"0.1..0.4\"`, `\"0.1..\"`, `\"..0.4\"`",
        () => new JsonObject { ["type"] = "string", ["pattern"] = SchemaText.PatternOf(IntervalPattern) },
        (YamlScalar scalar, Reading reading, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out Interval value) =>
        {
            value = IntervalPattern.Match(scalar.Text) is { Success: true } match ? IntervalOf(match, scalar.Text.Trim()) : null;
            return value is null
                ? reading.Report(
                    DiagnosticCode.InvalidValue, scalar, $"expected an interval, found {scalar.Kind}",
                    CoreSchema.TryNumber(scalar.Text, out _) ? $"write \">= {scalar.Text}\" or \"<= {scalar.Text}\"" : "write \">= 0.9\", \"< 2\", \"0.1..0.4\", \"0.1..\" or \"..0.4\"")
                : !(value.Low > value.High) || reading.Report(DiagnosticCode.OutOfRange, scalar, $"nothing lies in {scalar.Kind}", "put the lower bound first");
        });

    /// <summary>How much worse is allowed: a share or an amount.</summary>
    public static Shape<Tolerance> Tolerance { get; } = new ScalarShape<Tolerance>(
        "a share such as `5%`, or an amount such as `0.01`",
        () => new JsonObject
        {
            ["anyOf"] = new JsonArray(
                new JsonObject { ["type"] = "number", ["minimum"] = 0 },
                new JsonObject { ["type"] = "string", ["pattern"] = SchemaText.PatternOf(PercentPattern) }),
        },
        (YamlScalar scalar, Reading reading, out Tolerance value) =>
        {
            var percent = PercentPattern.Match(scalar.Text);
            value = percent.Success ? new Tolerance(NumberOf(percent.Groups[1]) / 100, IsRelative: true)
                : CoreSchema.Value(scalar) is { IsNumeric: true } amount ? new Tolerance(amount.AsDouble, IsRelative: false)
                : new Tolerance(-1, IsRelative: false);
            return (value.Value >= 0 && double.IsFinite(value.Value))
                || reading.Report(DiagnosticCode.InvalidValue, scalar, $"expected a share such as `5%` or an amount such as `0.01`, found {scalar.Kind}");
        });

    private static Interval? IntervalOf(Match match, string text)
    {
        if (match.Groups["sign"] is { Success: true } sign)
        {
            var bound = NumberOf(match.Groups["bound"]);
            return double.IsFinite(bound) ? sign.Value switch
            {
                ">=" => new Interval(bound, true, null, false, text),
                ">" => new Interval(bound, false, null, false, text),
                "<=" => new Interval(null, false, bound, true, text),
                "<" => new Interval(null, false, bound, false, text),
                _ => new Interval(bound, true, bound, true, text),
            }
            : null;
        }

        double? low = match.Groups["low"] is { Success: true } from ? NumberOf(from) : null;
        double? high = match.Groups["high"] is { Success: true } to ? NumberOf(to) : null;
        return (low is null && high is null) || !double.IsFinite(low ?? 0) || !double.IsFinite(high ?? 0)
            ? null
            : new Interval(low, low is not null, high, high is not null, text);
    }

    private static double NumberOf(Group group) => double.Parse(group.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);

    private const string Real = @"[-+]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?";

    [GeneratedRegex(@"\A([0-9]{1,9}(?:\.[0-9]{1,9})?)(s|m|h|d)\z")]
    private static partial Regex DurationPattern { get; }

    [GeneratedRegex(@"\A([0-9]{1,15}(?:\.[0-9]{1,9})?)(KiB|MiB|GiB|TiB|KB|MB|GB|TB)\z")]
    private static partial Regex SizePattern { get; }

    [GeneratedRegex(@"\A *(?:(?<sign>>=|<=|==|>|<) *(?<bound>" + Real + @")|(?<low>" + Real + @") *\.\. *(?<high>" + Real + @")?|\.\. *(?<high>" + Real + @")) *\z")]
    private static partial Regex IntervalPattern { get; }

    [GeneratedRegex(@"\A([0-9]{1,4}(?:\.[0-9]{1,9})?) ?%\z")]
    private static partial Regex PercentPattern { get; }
}
