using System.Globalization;
using System.Text;

namespace GradientCI.Webhook.Monitoring;

/// <summary>The text that Prometheus scrapes: exposition format 0.0.4.</summary>
public static class PrometheusText
{
    /// <summary>What the text is sent as.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Writes families, each in one piece as the format wants it; those without a value are left out.</summary>
    public static string Write(IEnumerable<MeterFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.Where(family => !family.Samples.IsEmpty))
        {
            text.Append($"# HELP {family.Name} {Escape(family.Help)}\n");
            text.Append($"# TYPE {family.Name} {family.Kind.ToString().ToLowerInvariant()}\n");
            foreach (var sample in family.Samples)
            {
                text.Append($"{family.Name}{sample.Suffix}{sample.Labels} {Number(sample.Value)}\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Labels as the format has them: <c>{event="push",result="done"}</c>; nothing for none.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        if (labels.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder("{");
        foreach (var (name, value) in labels)
        {
            text.Append(text.Length == 1 ? "" : ",").Append(name).Append("=\"").Append(Escape(value).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <summary>A number as Go reads it.</summary>
    internal static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
