using System.Globalization;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Orchestration;

/// <summary>Lays <c>--set name=value</c> over an experiment: the parameter is fixed, and no longer searched.</summary>
public static class SpecOverrides
{
    /// <summary>Applies the overrides in order.</summary>
    /// <exception cref="GradientException">
    /// An override is not <c>name=value</c>, names no parameter of the experiment, or is of another kind than its values.
    /// </exception>
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

        var fixedAt = searched is null ? Like(spec.Parameters[name]!.Value, name, value) : Of(searched.Domain, name, value);
        return spec with
        {
            Parameters = spec.Parameters.With([KeyValuePair.Create(name, fixedAt)]),
            Sweep = spec.Sweep with { Space = Without(spec.Sweep.Space, name, fixedAt) },
        };
    }

    // A parameter whose condition asks for the one that is now fixed exists always or never; with it go those that ask for it.
    private static SearchSpace Without(SearchSpace space, string name, ParameterValue value)
    {
        var gone = new HashSet<string>(StringComparer.Ordinal);
        var left = new List<Parameter>();
        foreach (var parameter in space.Parameters.Where(parameter => parameter.Name != name))
        {
            if (parameter.When.All(condition => condition.Parameter == name ? condition.Holds(value) : !gone.Contains(condition.Parameter)))
            {
                left.Add(parameter with { When = [.. parameter.When.Where(condition => condition.Parameter != name)] });
            }
            else
            {
                gone.Add(parameter.Name);
            }
        }

        return new SearchSpace([.. left]);
    }

    // A value may lie outside the bounds or be none of the choices: who types it wants to see exactly that one.
    private static ParameterValue Of(ParameterDomain domain, string name, string text) => domain switch
    {
        FloatDomain => Number(text) ?? throw Unfit(name, text, "a number"),
        IntDomain => Integer(text) ?? throw Unfit(name, text, "a whole number"),
        ChoiceDomain choice when choice.Values.Any(each => each.ToString() == text) => choice.Values.First(each => each.ToString() == text),
        ChoiceDomain choice when choice.Values.Any(each => each.Kind == ParameterKind.Text) => ParameterValue.Of(text),
        ChoiceDomain choice when choice.Values.Any(each => each.IsNumeric) => Integer(text) ?? Number(text) ?? throw Unfit(name, text, "a number"),
        _ => Boolean(text) ?? throw Unfit(name, text, "true or false"),
    };

    private static ParameterValue Like(ParameterValue current, string name, string text) => current.Kind switch
    {
        ParameterKind.Number => Number(text) ?? throw Unfit(name, text, "a number"),
        ParameterKind.Integer => Integer(text) ?? Number(text) ?? throw Unfit(name, text, "a number"),
        ParameterKind.Boolean => Boolean(text) ?? throw Unfit(name, text, "true or false"),
        _ => ParameterValue.Of(text),
    };

    private static ParameterValue? Integer(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? ParameterValue.Of(value) : null;

    private static ParameterValue? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? ParameterValue.Of(value) : null;

    private static ParameterValue? Boolean(string text) => text switch
    {
        "true" => ParameterValue.Of(true),
        "false" => ParameterValue.Of(false),
        _ => null,
    };

    private static GradientException Unfit(string name, string text, string wanted) => new(
        FailureKind.Usage, $"--set {name}={text} does not fit: {name} is {wanted}.", $"Write {wanted} after {name}=.");
}
