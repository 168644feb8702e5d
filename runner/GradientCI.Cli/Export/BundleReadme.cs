using GradientCI.Cli.Output;
using GradientCI.Experiments;

namespace GradientCI.Cli.Export;

/// <summary>What is what in a bundle, for whoever unpacks it in a year.</summary>
internal static class BundleReadme
{
    /// <summary>The text.</summary>
    /// <param name="run">The run.</param>
    /// <param name="notes">What is missing.</param>
    public static string Of(Run run, IReadOnlyCollection<string> notes) => $"""
        {run.Id}: the experiment {run.Id.Experiment} at commit {run.Commit.Sha}
        {Plain.Line(run.Commit.Subject)}

        report.html                  the report; open it in a browser
        report.md, trials.csv        the same as Markdown; a row per trial
        run.json                     the same for programs, schema gradientci/report/1
        gradient.yml                 the manifest of the commit
        commit.pack, repeat.json     what it takes to repeat the run: gradientci run --from THIS
                                     (the commit's files as a pack of Git; parameters, seeds, fingerprints, results)
        spec.json                    the experiment as it was run, with defaults and overrides applied
        provenance.json              the machine and the programs
        trials/N/trial.json          parameters, seed, command, and attempts with their times (UTC) and GPUs
        trials/N/series.csv          every point of every chart: chart,x,y,time
        trials/N/log.A.txt           what attempt A printed; log.cached.txt: what the trial printed whose result was taken over
        trials/N/artifacts/          what the trial left; unusual characters of names are written as %XX
        SHA256SUMS                   check with: sha256sum --check SHA256SUMS

        {(notes.Count == 0 ? "Nothing is missing." : string.Join('\n', notes.Select(Plain.Line)))}

        """;
}
