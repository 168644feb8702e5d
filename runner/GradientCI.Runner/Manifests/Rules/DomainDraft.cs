using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.SearchSpaces;

namespace GradientCI.Runner.Manifests.Rules;

/// <summary>A searched parameter whose conditions are not yet held against the others.</summary>
internal sealed record ParsedDomain(ParameterDomain Domain, ImmutableArray<Condition> When);

/// <summary>A searched parameter as the file writes it.</summary>
internal sealed record DomainDraft
{
    public ImmutableArray<double> Float { get; init; }

    public ImmutableArray<long> Int { get; init; }

    public ImmutableArray<ParameterValue> Choice { get; init; }

    public Scale? Scale { get; init; }

    public double? Step { get; init; }

    public ImmutableArray<KeyValuePair<string, ImmutableArray<ParameterValue>>> When { get; init; } = [];

    /// <summary>Holds bounds, scale and step against each other.</summary>
    public static bool TryFinish(DomainDraft draft, YamlNode node, Reading reading, [MaybeNullWhen(false)] out ParsedDomain value)
    {
        value = null;
        if (draft.Problem() is var (key, message, suggestion))
        {
            return reading.At(key).Report(DiagnosticCode.Domain, node.Nearest(key), message, suggestion);
        }

        var scale = draft.Scale ?? SearchSpaces.Scale.Linear;
        ParameterDomain domain = !draft.Choice.IsDefault ? new ChoiceDomain(draft.Choice)
            : !draft.Int.IsDefault ? new IntDomain(draft.Int[0], draft.Int[1], scale, (long)(draft.Step ?? 1))
            : new FloatDomain(draft.Float[0], draft.Float[1], scale, draft.Step);
        value = new ParsedDomain(domain, [.. draft.When.Select(item => new Condition(item.Key, item.Value))]);
        return true;
    }

    private (string Key, string Message, string? Suggestion)? Problem()
    {
        if (!Choice.IsDefault)
        {
            return Scale is not null ? ("scale", "a choice has no scale", "remove it")
                : Step is not null ? ("step", "a choice has no step", "remove it")
                : null;
        }

        var (key, low, high) = Int.IsDefault ? ("float", Float[0], Float[1]) : ("int", (double)Int[0], Int[1]);
        return low > high ? (key, $"the lower bound {low} is above the upper bound {high}", $"write [{high}, {low}]")
            : !double.IsFinite(high - low) ? (key, "the bounds are too far apart", null)
            : Scale == SearchSpaces.Scale.Log && low <= 0 ? (key, $"a log scale needs a lower bound above 0, not {low}", "write scale: linear, or a bound such as 1e-4")
            : Step > high - low && high > low ? ("step", $"the step {Step} is larger than the range from {low} to {high}", null)
            : !Int.IsDefault && Step is { } step && step != Math.Floor(step) ? ("step", $"the step of whole numbers is a whole number, not {step}", $"write {Math.Ceiling(step)}")
            : null;
    }
}
