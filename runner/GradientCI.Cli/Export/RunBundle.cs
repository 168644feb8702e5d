using System.Text.Json.Nodes;
using GradientCI.Cli.Repeat;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Workspaces;
using GradientCI.Specs;

namespace GradientCI.Cli.Export;

/// <summary>Everything that is known of a run that has ended, as files that need neither us nor the repository.</summary>
/// <remarks>
/// Files come in one order and hold nothing of the moment of the export: a second export has the same bytes. One trial
/// is in memory at a time, beside what the report needs.
/// </remarks>
internal sealed class RunBundle(Run run, Session session, BundleWriter bundle)
{
    private readonly List<string> _notes = [];

    /// <summary>Writes all of it.</summary>
    /// <returns>What is missing, a sentence each.</returns>
    public async Task<IReadOnlyList<string>> WriteAsync(CancellationToken cancellationToken)
    {
        await AddReportAsync(cancellationToken);
        await AddManifestAsync(cancellationToken);
        await bundle.AddAsync("spec.json", RunJson.Text(JsonNode.Parse(SpecJson.Serialize(run.Spec))!), cancellationToken);
        await bundle.AddAsync("repeat.json", RecipeJson.Write(await Recipes.OfAsync(run, session.Store, cancellationToken)), cancellationToken);
        await bundle.AddAsync("provenance.json", RunJson.Text(RunJson.Of(run.Provenance)), cancellationToken);
        foreach (var trial in await session.Store.ListTrialsAsync(run.Id, cancellationToken))
        {
            await AddTrialAsync(trial, cancellationToken);
        }

        await bundle.AddAsync("README.txt", BundleReadme.Of(run, _notes), cancellationToken);
        await bundle.CloseAsync(cancellationToken);
        return _notes;
    }

    // In a frame of its own: the report of ten thousand trials is let go of before the logs come.
    private async Task AddReportAsync(CancellationToken cancellationToken)
    {
        var report = await RunReports.MakeAsync(session.Store, run.Id, null, cancellationToken);
        foreach (var format in ReportFormats.All)
        {
            await bundle.AddAsync(format == ReportFormats.Json ? "run.json" : format.FileName, format.Write(report), cancellationToken);
        }
    }

    private async Task AddManifestAsync(CancellationToken cancellationToken)
    {
        try
        {
            var project = (await session.Store.ListProjectsAsync(cancellationToken)).First(project => project.Id == run.Id.Project);
            await using var repository = await GitRepository.OpenAsync(project.Location, cancellationToken);
            var manifest = await repository.ReadManifestAsync(run.Commit.Sha, cancellationToken);
            await bundle.AddAsync("gradient.yml", new MemoryStream(manifest.ToArray()), manifest.Length, cancellationToken);
            await bundle.AddAsync("commit.pack", target => CommitPack.WriteAsync(repository, run.Commit.Sha, target, cancellationToken), cancellationToken);
        }
        catch (GradientException problem)
        {
            _notes.Add($"The commit's files are missing, so that nobody can repeat the run from here: {problem.Message}");
        }
    }

    private async Task AddTrialAsync(Trial trial, CancellationToken cancellationToken)
    {
        var folder = $"trials/{trial.Id.Number}";
        await bundle.AddAsync($"{folder}/trial.json", RunJson.Text(RunJson.Of(trial)), cancellationToken);
        await bundle.AddAsync($"{folder}/series.csv", target => SeriesTable.WriteAsync(trial.Id, session.Store, target, cancellationToken), cancellationToken);
        foreach (var attempt in trial.Attempts)
        {
            await AddLogAsync(session.Data.Log(attempt.Id), $"{folder}/log.{attempt.Id.Number}.txt", cancellationToken);
        }

        if (trial.CachedFrom is not null)
        {
            await AddLogAsync(session.Data.Log(trial)!, $"{folder}/log.cached.txt", cancellationToken);
        }

        await AddArtifactsAsync(trial, $"{folder}/artifacts", cancellationToken);
    }

    private async Task AddLogAsync(string path, string name, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            _notes.Add($"{name} is missing: it was removed, or the attempt never started.");
            return;
        }

        await using var log = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await bundle.AddAsync(name, log, log.Length, cancellationToken);
    }

    private async Task AddArtifactsAsync(Trial trial, string folder, CancellationToken cancellationToken)
    {
        var files = new KeptFiles(session.Data.Artifacts(trial));
        foreach (var path in files.List())
        {
            var name = $"{folder}/{PlainName.Of(path)}";
            await using var file = files.Open(path);
            if (file is null)
            {
                _notes.Add($"{name} is missing: it is no plain file, or cannot be read.");
                continue;
            }

            await bundle.AddAsync(name, file, file.Length, cancellationToken);
        }

        if (files.Notice is { } notice)
        {
            _notes.Add($"{folder} is not complete: {notice}");
        }
    }
}
