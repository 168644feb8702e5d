using System.Collections.Immutable;
using GradientCI.Metrics;
using GradientCI.Runner.Manifests.Keys;
using GradientCI.Runner.Manifests.Rules;
using GradientCI.Runner.Manifests.Shapes;
using GradientCI.Runner.Manifests.Yaml;
using GradientCI.Specs;

namespace GradientCI.Runner.Manifests;

/// <summary>Reads <c>.gradient.yml</c>, which anybody may have written.</summary>
/// <remarks>
/// Bytes become nodes within bounds, nodes become specs through the key table, and what the table cannot say is
/// checked by rules. All three report into one list. Nothing is thrown, whatever the bytes are.
/// </remarks>
public static class ManifestParser
{
    private const int MostMergedNodes = 50_000;

    /// <summary>Parses a manifest for this build: keys that it cannot serve yet are errors.</summary>
    public static ManifestResult Parse(ReadOnlyMemory<byte> yaml, string fileName) => Parse(yaml, fileName, ServedKeys.ThisBuild);

    /// <summary>Parses a manifest.</summary>
    /// <param name="yaml">The bytes of the file.</param>
    /// <param name="fileName">What diagnostics call it.</param>
    /// <param name="served">Whether keys that this build cannot serve are let through.</param>
    public static ManifestResult Parse(ReadOnlyMemory<byte> yaml, string fileName, ServedKeys served)
    {
        var findings = new Findings(fileName);
        var experiments = YamlText.Decode(yaml.Span, findings) is { } text && YamlReader.Read(text, findings) is { } root
            ? ReadFile(root, findings, served)
            : [];
        return new ManifestResult(
            findings.HasErrors ? null : new Manifest(experiments, yaml),
            findings.ToDiagnostics());
    }

    private static ImmutableArray<ExperimentSpec> ReadFile(YamlNode root, Findings findings, ServedKeys served)
    {
        var reading = new Reading(findings);
        if (root is YamlMapping { } top && top["version"] is { } version && !FileKeys.Version.TryRead(version, reading.At("version"), out _))
        {
            // Whatever another version holds, findings about it would only mislead.
            return [];
        }

        if (!FileKeys.Top.TryRead(root, reading, out _) && root is not YamlMapping)
        {
            return [];
        }

        var file = (YamlMapping)root;
        var defaults = file["defaults"] as YamlMapping;
        if (defaults is not null)
        {
            // On its own, so that a wrong default is found even when every experiment overrides it.
            _ = ExperimentKeys.Settings.TryRead(defaults, reading.AtPartial("defaults"), out _);
        }

        var merged = 0;
        var specs = ImmutableArray.CreateBuilder<ExperimentSpec>();
        foreach (var (name, value) in (file["experiments"] as YamlMapping)?.Entries.Take(FileKeys.MostExperiments) ?? [])
        {
            if (value is not YamlMapping own)
            {
                continue;
            }

            var experiment = defaults is null ? own : (YamlMapping)ExperimentKeys.Settings.Merge(defaults, own);
            merged += experiment.Size;
            if (merged > MostMergedNodes)
            {
                reading.Report(DiagnosticCode.MergedTooLarge, own, $"with the defaults in every experiment the file has more than {MostMergedNodes:N0} nodes", "make the defaults shorter");
                break;
            }

            specs.Add(ReadExperiment(name.Text, experiment, reading.At("experiments").At(name.Text), served));
        }

        return specs.ToImmutable();
    }

    private static ExperimentSpec ReadExperiment(string name, YamlMapping experiment, Reading reading, ServedKeys served)
    {
        _ = ExperimentKeys.Settings.TryRead(experiment, reading, out var read);
        var spec = read! with { Name = name, Checks = [.. read.Checks.Select(check => check with { Better = BetterOf(check, read.Objectives, experiment) })] };
        CommandRules.Check(spec, experiment, reading);
        SweepRules.Check(spec, experiment, reading);
        foreach (var key in UnservedKeys.All.Where(key => served == ServedKeys.ThisBuild && key.IsUsed(spec)))
        {
            var path = key.Path.Split('.');
            path.Aggregate(reading, (at, step) => at.At(step)).Report(
                DiagnosticCode.NotServed, experiment.Nearest(path), $"{key.What} is not served by this build yet", "remove it for now");
        }

        return spec;
    }

    private static Direction BetterOf(CheckSpec check, ImmutableArray<Objective> objectives, YamlMapping experiment) =>
        experiment.NamesUnder("checks", check.Metric).Contains("better", StringComparer.Ordinal) ? check.Better
        : objectives.FirstOrDefault(objective => objective.Metric == check.Metric)?.Direction ?? check.Better;
}
