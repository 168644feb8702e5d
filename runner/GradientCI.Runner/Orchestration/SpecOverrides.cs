using System.Collections.Immutable;
using System.Globalization;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Orchestration;

/// <summary>Lays <c>--set name=value</c> over an experiment: the parameter is fixed, and no longer searched.</summary>
public static class SpecOverrides
{
    /// <summary>Applies the overrides in order.</summary>
    /// <exception cref="GradientException">An override is not <c>name=value</c>, or names no parameter of the experiment.</exception>
    public static ExperimentSpec Apply(ExperimentSpec spec, IReadOnlyList<string> overrides) => overrides.Aggregate(spec, Apply);

    private static ExperimentSpec Apply(ExperimentSpec spec, string text)
    {
        if (text.IndexOf('=', StringComparison.Ordinal) is var at && at <= 0)
        {
            throw new GradientException(FailureKind.Usage, $"--set {text} is not of the form name=value.", "Write for example: --set lr=0.1");
        }

        var (name, value) = (text[..at], text[(at + 1)..]);
        var searched = spec.Sweep.Space.Parameters.FirstOrDefault(parameter => parameter.Name == name);
        if (searched is null && spec.Parameters[name] is null)
        {
            var known = spec.Parameters.Select(item => item.Key).Concat(spec.Sweep.Space.Parameters.Select(parameter => parameter.Name));
            throw new GradientException(
                FailureKind.Usage, $"The experiment {spec.Name} has no parameter {name}.", $"Its parameters are: {string.Join(", ", known)}.");
        }

        var parsed = Parse(value, searched?.Domain, spec.Parameters[name]);
        var space = new SearchSpace([.. spec.Sweep.Space.Parameters.Where(parameter => parameter.Name != name).SelectMany(parameter => Under(parameter, name, parsed))]);
        return spec with
        {
            Parameters = spec.Parameters.With([KeyValuePair.Create(name, parsed)]),
            Sweep = spec.Sweep with { Space = space },
        };
    }

    // A parameter whose condition asks for the one that is now fixed exists always or never.
    private static IEnumerable<Parameter> Under(Parameter parameter, string name, ParameterValue value)
    {
        if (parameter.When.All(condition => condition.Parameter != name || condition.AnyOf.Contains(value)))
        {
            yield return parameter with { When = [.. parameter.When.Where(condition => condition.Parameter != name)] };
        }
    }

    private static ParameterValue Parse(string text, ParameterDomain? domain, ParameterValue? current)
    {
        if (domain is ChoiceDomain choice && choice.Values.FirstOrDefault(value => value.ToString() == text) is var same && same.ToString() == text)
        {
            return same;
        }

        var wantsNumber = domain is FloatDomain || current is { Kind: ParameterKind.Number };
        return bool.TryParse(text, out var boolean) ? ParameterValue.Of(boolean)
            : !wantsNumber && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? ParameterValue.Of(integer)
            : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? ParameterValue.Of(number)
            : ParameterValue.Of(text);
    }
}
