using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
using GradientCI.Experiments;
using GradientCI.Runner.Datasets;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Specs;

namespace GradientCI.Cli.Repeat;

/// <summary><c>gradientci run --from BUNDLE</c>: the same commit, parameters and seeds again, and what differs.</summary>
internal static class RepeatedRun
{
    /// <summary>Repeats it.</summary>
    /// <returns>The exit code: that of the run.</returns>
    public static async Task<int> RunAsync(RunRequest request, Session session, CancellationToken cancellationToken)
    {
        var terminal = session.Terminal;
        var reports = request.ReportFolder is { } given ? WritableFolder.Make(Path.GetFullPath(given, terminal.Directory)) : "";
        var (recipe, repository) = await BundledCommit.ImportAsync(Path.GetFullPath(request.From!, terminal.Directory), session, cancellationToken);
        await using var open = repository;
        var commit = await repository.ResolveCommitAsync(recipe.Commit.Value, cancellationToken);
        var manifest = await CommitManifest.ReadAsync(repository, commit, terminal, cancellationToken);
        var sets = RepeatedSets.Of(recipe, request.Trial);
        var spec = sets.LaidOver(SpecOverrides.Apply(CommitManifest.Select(manifest, [recipe.Experiment])[0], recipe.Overrides));
        Refuse(spec, recipe);

        var project = await ProjectIdentity.OfAsync(repository, session.Store, cancellationToken);
        await session.Store.PutProjectAsync(project, cancellationToken);
        using var machine = await Machine.PrepareAsync(session, request.Runner, cancellationToken);
        await using var lease = request.Detach ? null : await WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: false, terminal.Time, cancellationToken);
        await using var site = RunSite.Open(session, repository, project, machine, lease?.Id ?? WorkerId.None);
        terminal.Say($"note: This runs the commands of commit {recipe.Commit.Short}, which came with the bundle of {Plain.Line(recipe.Run)}, on this machine.");
        var order = new RunOrder
        {
            Project = project.Id,
            Commit = commit,
            Spec = await PinnedAsync(spec, recipe, site, cancellationToken),
            Overrides = recipe.Overrides,
            ManifestDigest = manifest.Digest,
            Executor = request.Runner.Executor,
            Attendant = site.Bench.Worker,
            ReportFolder = reports,
            By = session.Sign($"from a bundle of {Plain.Fit(recipe.Run, 80)}"),
        };
        _ = site.Bench.Slots.MostAtOnce(order.Spec.Resources);
        _ = DatasetOffer.Resolve(order.Spec, await session.Store.ListDatasetsAsync(cancellationToken), session.Data);
        var run = await RecordAsync(order, recipe, site, cancellationToken);
        if (request.Detach)
        {
            terminal.Out.WriteLine(run.Id);
            BackgroundWorker.EnsureOne(session, request.Runner);
            return ExitCodes.Done;
        }

        var code = await RunToReport.DriveAsync(run, request.Json ? RunPrint.Json : RunPrint.Summary, site, cancellationToken);
        var comparison = RepeatComparison.Of(recipe, sets, await Recipes.OfAsync(run, session.Store, CancellationToken.None));
        (request.Json ? terminal.Error : terminal.Out).Write(comparison);
        return code;
    }

    // What this machine's people keep secret is not for a commit that somebody sent.
    private static void Refuse(ExperimentSpec spec, Recipe recipe)
    {
        if (!spec.Secrets.IsEmpty || !spec.SecretFiles.IsEmpty)
        {
            throw new GradientException(
                FailureKind.Usage,
                $"The experiment {spec.Name} asks for secrets ({string.Join(", ", spec.Secrets.Concat(spec.SecretFiles))}), and a bundle's commit is given none.",
                $"Run the commit from a repository of yours: gradientci run {spec.Name} --commit {recipe.Commit}");
        }
    }

    private static async Task<Run> RecordAsync(RunOrder order, Recipe recipe, RunSite site, CancellationToken cancellationToken)
    {
        var draft = await site.Planner.DraftAsync(order, cancellationToken);
        var repeats = $"It repeats {Plain.Fit(recipe.Run, 80)} of {Plain.Fit(recipe.Project, 80)}, from a bundle.";
        return await site.Session.Store.CreateRunAsync(
            draft with { Baseline = null, BaselineNote = repeats, Changes = [], Notices = [.. draft.Notices, repeats] }, order.By, cancellationToken);
    }

    // By its digest, so that a tag that is moved while trials run changes nothing.
    private static async Task<ExperimentSpec> PinnedAsync(ExperimentSpec spec, Recipe recipe, RunSite site, CancellationToken cancellationToken)
    {
        if (spec.Image is not { } image)
        {
            return spec;
        }

        var digest = await site.Bench.Images!.PrepareAsync(image, sentence => site.Terminal.Say($"note: {Plain.Line(sentence)}"), cancellationToken);
        return digest == recipe.Image ? spec with { Image = digest } : throw new GradientException(
            FailureKind.Environment,
            $"The image {Plain.Line(image)} is {digest} here, and the trials of {Plain.Line(recipe.Run)} ran in {Plain.Line(recipe.Image)}.",
            $"Bring that one to this machine with 'docker save' and 'docker load', and name it: docker tag IMAGE {Plain.Line(image)}");
    }
}
