using GradientCI.Pruners.Hyperband;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.Samplers;
using GradientCI.SearchSpaces;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests.Rules;

/// <summary>The sweep ends, is not too large, and has what its parts look at.</summary>
internal static class SweepRules
{
    public static void Check(ExperimentSpec spec, YamlMapping experiment, Reading reading)
    {
        CheckNames(experiment, reading);
        var sets = CheckSize(spec.Sweep, experiment, reading.At("sweep"));
        if (experiment["objective"] is null)
        {
            CheckWithoutObjective(spec, experiment, sets, reading);
        }

        CheckPruner(spec, experiment, reading);
        if (spec.Objectives.Select(objective => objective.Metric).GroupBy(metric => metric, StringComparer.Ordinal).Any(group => group.Count() > 1))
        {
            reading.At("objective").Report(DiagnosticCode.Repeated, experiment.Nearest("objective"), "two objectives are of the same metric", "keep one of them");
        }

        if (!SamplerCatalog.BuiltIn.Serves(spec.Sweep.Sampler, spec.Objectives.Length))
        {
            reading.At("sweep").At("sampler").Report(
                DiagnosticCode.Conflict, experiment.Nearest("sweep", "sampler"),
                $"{Excerpt.Of(spec.Sweep.Sampler)} learns from one objective, and there are {spec.Objectives.Length}", "write sampler: tpe, or sampler: nsga2");
        }

        if (spec.Sweep.WarmStart && !SamplerCatalog.BuiltIn.Learns(spec.Sweep.Sampler))
        {
            reading.At("sweep").At("warm-start").Report(
                DiagnosticCode.Conflict, experiment.Nearest("sweep", "warm-start"),
                $"{Excerpt.Of(spec.Sweep.Sampler)} learns nothing from results, and so nothing from earlier runs", "write warm-start: false, or sampler: tpe");
        }

        if (spec.Resources.MemoryBytes is not null)
        {
            reading.At("resources").At("memory").Report(
                DiagnosticCode.ReservationOnly, experiment.Nearest("resources", "memory"), "memory is for the record: it is neither reserved nor limited");
        }
    }

    private static void CheckPruner(ExperimentSpec spec, YamlMapping experiment, Reading reading)
    {
        if (spec.Sweep.Pruner is { Settings: var settings } && settings.TryGetValue("max-step", out var most) && most <= settings.GetValueOrDefault("min-step", HyperbandPruner.MinStep))
        {
            reading.At("sweep").At("pruner").At("hyperband").At("max-step").Report(
                DiagnosticCode.OutOfRange, experiment.Nearest("sweep", "pruner", "hyperband", "max-step"), "`max-step` is no further than `min-step`, so no trial is ever compared",
                "write the step that a full trial ends at");
        }
    }

    // Each parameter is also $PARAM_<NAME> in capitals, so names that differ in case only would be one variable.
    private static void CheckNames(YamlMapping experiment, Reading reading)
    {
        var known = experiment.NamesUnder("parameters").ToLookup(name => name.ToUpperInvariant(), StringComparer.Ordinal);
        foreach (var group in experiment.NamesUnder("parameters").Concat(experiment.NamesUnder("sweep", "parameters"))
            .GroupBy(name => name.ToUpperInvariant(), StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            var (first, second) = (group.First(), group.ElementAt(1));
            var place = experiment.Nearest("sweep", "parameters", second) is YamlNode node && experiment.NamesUnder("sweep", "parameters").Contains(second, StringComparer.Ordinal)
                ? node
                : experiment.Nearest("parameters", second);
            reading.Report(
                DiagnosticCode.NameClash, place,
                first == second ? $"{Excerpt.Of(second)} is fixed under `parameters` and searched under `sweep`" : $"{Excerpt.Of(first)} and {Excerpt.Of(second)} would both be $PARAM_{group.Key}",
                first == second ? "keep one of them" : "rename one of them");
        }

        var secrets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var secret in experiment["secrets"] is YamlSequence list ? list.Items.Select(NameOfSecret).OfType<YamlScalar>() : [])
        {
            if (!secrets.Add(secret.Text))
            {
                reading.At("secrets").Report(DiagnosticCode.NameClash, secret, $"{Excerpt.Of(secret.Text)} is asked for twice", "keep one of them");
            }
            else if (experiment.NamesUnder("env").Contains(secret.Text, StringComparer.Ordinal))
            {
                reading.At("secrets").Report(DiagnosticCode.NameClash, secret, $"{Excerpt.Of(secret.Text)} is also set under `env`", "keep one of them");
            }
        }
    }

    private static YamlScalar? NameOfSecret(YamlNode item) => item is YamlMapping { Entries: [var (name, _)] } ? name : item as YamlScalar;

    /// <returns>The parameter sets that the sweep runs, at most one more than may be.</returns>
    private static long CheckSize(SweepSpec sweep, YamlMapping experiment, Reading reading)
    {
        var points = sweep.Space.CountPoints(SweepSpec.TrialLimit);
        var sets = Math.Min(points, sweep.MaxTrials ?? long.MaxValue);
        var parameters = experiment.Nearest("sweep", "parameters");
        if (!sweep.Space.IsFinite && sweep.MaxTrials is null)
        {
            reading.Report(DiagnosticCode.Endless, parameters, $"{Continuous(sweep.Space)} is a continuum, so the sweep has no end", "add max-trials: 20");
            return sets;
        }

        if (!sweep.Space.IsFinite && sweep.Sampler == "grid")
        {
            reading.At("sampler").Report(DiagnosticCode.Endless, experiment.Nearest("sweep", "sampler"), $"a grid needs a finite space, and {Continuous(sweep.Space)} is a continuum", "give it a step, or write sampler: random");
        }
        else if (sweep.Sampler == "grid" && points > sets)
        {
            reading.At("max-trials").Report(
                DiagnosticCode.GridCut, experiment.Nearest("sweep", "max-trials"),
                $"the grid has {(points > SweepSpec.TrialLimit ? $"more than {SweepSpec.TrialLimit:N0}" : $"{points:N0}")} points, of which the first {sets:N0} are run", "sampler: random spreads them over the space");
        }

        if (sets * sweep.Repeats > SweepSpec.TrialLimit)
        {
            var isGrid = sets > SweepSpec.TrialLimit;
            reading.Report(
                DiagnosticCode.TooManyTrials, isGrid ? parameters : experiment.Nearest("sweep", "repeats"),
                $"{(isGrid ? "the parameter sets" : $"{sets:N0} parameter sets × {sweep.Repeats:N0} repeats")} are more than {SweepSpec.TrialLimit:N0} trials", "add max-trials: 100");
        }

        return sets;
    }

    private static void CheckWithoutObjective(ExperimentSpec spec, YamlMapping experiment, long sets, Reading reading)
    {
        foreach (var (key, node) in new[] { ("target", experiment.Nearest("sweep", "stop", "target")), ("patience", experiment.Nearest("sweep", "stop", "patience")) }
            .Where(pair => pair.Item1 == "target" ? spec.Sweep.Stop.Target is not null : spec.Sweep.Stop.Patience is not null))
        {
            reading.At("sweep").At("stop").At(key).Report(DiagnosticCode.NeedsObjective, node, $"`stop.{key}` looks at the objective, and there is none", "add objective: { maximize: METRIC }");
        }

        if (spec.Sweep.WarmStart)
        {
            reading.At("sweep").At("warm-start").Report(DiagnosticCode.NeedsObjective, experiment.Nearest("sweep", "warm-start"), "`warm-start` learns from the objective, and there is none", "add objective: { maximize: METRIC }");
        }

        if (spec.Sweep.Pruner is not null)
        {
            reading.At("sweep").At("pruner").Report(DiagnosticCode.NeedsObjective, experiment.Nearest("sweep", "pruner"), "a pruner looks at the objective, and there is none", "add objective: { maximize: METRIC }");
        }

        if (sets == 1)
        {
            return;
        }

        reading.At("sweep").Report(DiagnosticCode.NoObjective, experiment.Nearest("sweep"), "no objective: the report cannot rank the trials", "add objective: { maximize: METRIC }");
        foreach (var check in spec.Checks.Where(check => check.Over == CheckScope.Best))
        {
            reading.At("checks").At(check.Metric).Report(
                DiagnosticCode.BestOfNothing, experiment.Nearest("checks", check.Metric), "the check looks at the best trial, and without an objective none is best",
                "add an objective, or over: all");
        }
    }

    private static string Continuous(SearchSpace space) => Excerpt.Of(space.Parameters.First(parameter => parameter.Domain.Count is null).Name);
}
