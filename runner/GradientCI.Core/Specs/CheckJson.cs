using System.Text.Json;
using GradientCI.Json;

namespace GradientCI.Specs;

/// <summary>Gates and constraints on metrics, as JSON for the store.</summary>
internal static class CheckJson
{
    private static readonly CheckSpec Empty = new() { Metric = "" };

    public static void Write(Utf8JsonWriter json, CheckSpec check)
    {
        json.WriteString("metric", check.Metric);
        json.WriteObject("target", check.Target, Write);
        json.WriteWord("aggregate", check.Aggregate);
        json.WriteWord("over", check.Over);
        json.WriteBoolean("againstBase", check.AgainstBase);
        json.WriteStartObject("tolerance");
        json.WriteReal("value", check.Tolerance.Value);
        json.WriteBoolean("isRelative", check.Tolerance.IsRelative);
        json.WriteEndObject();
        json.WriteWord("better", check.Better);
        json.WriteBoolean("passIfMissing", check.PassIfMissing);
        json.WriteBoolean("onlyPullRequest", check.OnlyPullRequest);
        json.WriteBoolean("required", check.Required);
    }

    public static CheckSpec Read(JsonFields json) => new()
    {
        Metric = json.Text("metric", Empty.Metric),
        Target = json.ObjectOrNull("target", Empty.Target, ReadInterval),
        Aggregate = json.Word("aggregate", Empty.Aggregate),
        Over = json.Word("over", Empty.Over),
        AgainstBase = json.Flag("againstBase", Empty.AgainstBase),
        Tolerance = json.Object("tolerance", Empty.Tolerance, ReadTolerance),
        Better = json.Word("better", Empty.Better),
        PassIfMissing = json.Flag("passIfMissing", Empty.PassIfMissing),
        OnlyPullRequest = json.Flag("onlyPullRequest", Empty.OnlyPullRequest),
        Required = json.Flag("required", Empty.Required),
    };

    public static void Write(Utf8JsonWriter json, ConstraintSpec constraint)
    {
        json.WriteString("metric", constraint.Metric);
        json.WriteObject("target", constraint.Target, Write);
    }

    public static ConstraintSpec ReadConstraint(JsonFields json) => new(
        json.Text("metric", ""), ReadInterval(new JsonFields(json.Find("target") ?? throw new JsonException("A constraint has a target."))));

    private static void Write(Utf8JsonWriter json, Interval interval)
    {
        json.WriteReal("low", interval.Low);
        json.WriteBoolean("lowIncluded", interval.LowIncluded);
        json.WriteReal("high", interval.High);
        json.WriteBoolean("highIncluded", interval.HighIncluded);
        json.WriteString("text", interval.Text);
    }

    private static Interval ReadInterval(JsonFields json) => new(
        json.Real("low"), json.Flag("lowIncluded", false), json.Real("high"), json.Flag("highIncluded", false), json.Text("text", ""));

    private static Tolerance ReadTolerance(JsonFields json) => new(json.Real("value") ?? 0, json.Flag("isRelative", false));
}
