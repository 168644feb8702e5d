using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Comparisons;
using GradientCI.Experiments;

namespace GradientCI.Reports.Analysis;

/// <summary>A name and a value; the value is untrusted text.</summary>
/// <param name="Name">What it is, ours.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsCode">Whether it is set in fixed width.</param>
internal readonly record struct Fact(string Name, string Value, bool IsCode = false);

/// <summary>Where a result comes from: enough to make it again.</summary>
internal static class Facts
{
    /// <summary>All facts that are known.</summary>
    public static ImmutableArray<Fact> Of(Report report)
    {
        var run = report.Run.Run;
        var (commit, machine) = (run.Commit, run.Provenance);
        Fact[] facts =
        [
            new("Commit", commit.Sha.Value, true),
            new("Subject", commit.Subject),
            new("Branch", commit.RefName, true),
            new("Tree", commit.Tree, true),
            new("Author", commit.AuthorName),
            new("Committed", Time(commit.Time)),
            new("Manifest", run.ManifestDigest.Length > 0 ? $"sha256:{run.ManifestDigest}" : "", true),
            new("Command", report.Featured is { } featured ? string.Join(' ', featured.Trial.Command) : string.Join(' ', run.Spec.Command.Words), true),
            new("Image", Joined(run.Spec.Image ?? (run.Spec.Build is { } build ? $"built by {build.Dockerfile}" : ""), machine.ImageDigest, Named("set up in", machine.BaseImageDigest)), true),
            new("Executor", run.Executor),
            new("Sampler", run.SamplerNote),
            new("Warm start", WarmStartText.Of(run)),
            new("Seeds", Seeds(report)),
            new("Recorded", Time(run.CreatedAt)),
            new("Phases", Phases(report.Run)),
            new("Host", Joined(machine.Host, machine.OperatingSystem)),
            new("Processor", Joined(machine.Cpu, machine.MemoryBytes > 0 ? $"{machine.MemoryBytes / (double)(1L << 30):0.#} GiB" : "")),
            new("GPU", Gpus(machine)),
            new("Versions", Joined(Named("GradientCI", machine.ProductVersion), Named(".NET", machine.RuntimeVersion), Named("git", machine.GitVersion))),
        ];
        return [.. facts.Where(fact => fact.Value.Length > 0)];
    }

    /// <summary>A moment to the second, UTC.</summary>
    public static string Time(DateTimeOffset time) =>
        time == default ? "" : time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Joined(params string[] parts) => string.Join(", ", parts.Where(part => part.Length > 0));

    private static string Named(string name, string version) => version.Length > 0 ? $"{name} {version}" : "";

    private static string Gpus(Experiments.Provenance machine)
    {
        var models = machine.Gpus.GroupBy(gpu => gpu, StringComparer.Ordinal).Select(group => group.Count() == 1 ? group.Key : $"{group.Count()} × {group.Key}");
        return machine.Gpus.IsEmpty ? "none" : Joined([.. models, Named("driver", machine.GpuDriver)]);
    }

    private static string Seeds(Report report)
    {
        var seeds = report.Run.Trials.Select(trial => trial.Trial.Seed).Distinct().Order().ToArray();
        var trials = seeds.Length switch
        {
            0 => "",
            <= 6 => $"trials {string.Join(", ", seeds)}",
            _ => $"trials {seeds.Length:N0} from {seeds[0]} to {seeds[^1]}",
        };
        return Joined($"sweep {report.Run.Run.Spec.Sweep.Seed}", trials);
    }

    private static string Phases(RunSnapshot snapshot)
    {
        var run = snapshot.Run;
        var attempts = snapshot.Trials.SelectMany(trial => trial.Trial.Attempts).ToArray();
        return Joined(
            Took("waited", (run.StartedAt - run.CreatedAt)),
            Took("ran", (run.EndedAt - run.StartedAt)),
            Took("preparing an attempt", Median(attempts.Select(attempt => (attempt.StartedAt - attempt.PreparingAt)))),
            Took("an attempt", Median(attempts.Select(attempt => (attempt.EndedAt - attempt.StartedAt)))));
    }

    private static string Took(string what, TimeSpan? time) => time is { } took ? $"{what} {ValueText.Duration(took)}" : "";

    private static TimeSpan? Median(IEnumerable<TimeSpan?> times)
    {
        var known = times.OfType<TimeSpan>().Order().ToArray();
        return known.Length == 0 ? null : known[known.Length / 2];
    }
}
