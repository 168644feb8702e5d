using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.SearchSpaces;

namespace GradientCI.Runner.Manifests.Rules;

/// <summary>Conditions name searched parameters and values that these can take, and go round in no circle.</summary>
internal static class ConditionRules
{
    /// <summary>Checks all conditions and puts parents before the parameters that depend on them, else in the file's order.</summary>
    public static bool TryOrder(
        ImmutableArray<KeyValuePair<string, ParsedDomain>> items, YamlNode node, Reading reading, [MaybeNullWhen(false)] out SearchSpace space)
    {
        space = null;
        var domains = items.ToDictionary(item => item.Key, item => item.Value.Domain, StringComparer.Ordinal);
        var isGood = true;
        foreach (var (name, parsed) in items)
        {
            foreach (var condition in parsed.When)
            {
                var place = node.Nearest(name, "when", condition.Parameter);
                isGood &= Holds(condition, domains, place, reading.At(name).At("when").At(condition.Parameter));
            }
        }

        if (!isGood)
        {
            return false;
        }

        var sorted = ImmutableArray.CreateBuilder<Parameter>(items.Length);
        var placed = new HashSet<string>(StringComparer.Ordinal);
        while (sorted.Count < items.Length)
        {
            var waiting = items.Where(item => !placed.Contains(item.Key)).ToList();
            var (name, next) = waiting.Find(item => item.Value.When.All(condition => placed.Contains(condition.Parameter)));
            if (next is null)
            {
                return reading.At(waiting[0].Key).At("when").Report(
                    DiagnosticCode.Condition, node.Nearest(waiting[0].Key, "when"),
                    $"these conditions go round in a circle: {Excerpt.Plain(string.Join(", ", waiting.Select(item => item.Key)))}", "remove one of them");
            }

            placed.Add(name);
            sorted.Add(new Parameter(name, next.Domain, next.When));
        }

        space = new SearchSpace(sorted.MoveToImmutable());
        return true;
    }

    private static bool Holds(Condition condition, Dictionary<string, ParameterDomain> domains, YamlNode place, Reading reading)
    {
        if (!domains.TryGetValue(condition.Parameter, out var parent))
        {
            return reading.Report(
                DiagnosticCode.Condition, place, $"{Excerpt.Of(condition.Parameter)} is not a searched parameter", () => Spelling.Suggest(condition.Parameter, domains.Keys));
        }

        if (parent is FloatDomain)
        {
            return reading.Report(DiagnosticCode.Condition, place, $"{Excerpt.Of(condition.Parameter)} is a float: a condition needs a choice or an int");
        }

        foreach (var value in condition.AnyOf.Where(value => !parent.Contains(value)))
        {
            return reading.Report(
                DiagnosticCode.Condition, place, $"{Excerpt.Of(condition.Parameter)} is never {Excerpt.Of(value.ToString())}",
                () => parent is ChoiceDomain choice ? Spelling.Suggest(value.ToString(), choice.Values.Select(one => one.ToString())) ?? $"it is one of {Excerpt.Plain(string.Join(", ", choice.Values))}" : null);
        }

        return true;
    }
}
