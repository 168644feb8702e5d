using System.CommandLine;
using System.CommandLine.Parsing;
using GradientCI.Cli.Output;
using GradientCI.Cli.Remote;
using GradientCI.Cli.Repeat;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
using GradientCI.Experiments;
using GradientCI.Runner.Datasets;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Stores;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci run</c>: a commit in, a report out.</summary>
internal static class RunCommand
{
    public static Command Create(Terminal terminal)
    {
        var experiments = new Argument<string[]>("EXPERIMENT") { Description = "The experiments to run [default: all of the manifest]", Arity = ArgumentArity.ZeroOrMore };
        var repository = GlobalOptions.Repository();
        var commit = new Option<string>("--commit") { Description = "The commit to run", HelpName = "REV", DefaultValueFactory = _ => "HEAD" };
        var set = new Option<string[]>("--set") { Description = "Fix a parameter, as in --set lr=0.1; may be repeated", HelpName = "NAME=VALUE" };
        var baseline = new Option<string?>("--baseline") { Description = "Compare with this commit's run [default: the nearest ancestor's]", HelpName = "REV" };
        var report = new Option<string?>("--report") { Description = "Where the report is written, in a folder per experiment if several [default: in the data folder]", HelpName = "DIR" };
        var detach = new Option<bool>("--detach") { Description = "Print the run's id and return; the run goes on by itself" };
        var noCache = new Option<bool>("--no-cache") { Description = "Compute every trial, also those that an earlier run has computed" };
        var from = new Option<string?>("--from") { Description = "Repeat the run of a bundle that gradientci export made, and compare", HelpName = "BUNDLE" };
        var trial = new Option<string?>("--trial") { Description = "Repeat only the parameters of this trial of the bundle, or of its best", HelpName = "N|best" };
        var json = GlobalOptions.Json();
        var runner = new RunnerSwitches();

        var command = new Command("run", "Run the experiments of a commit, and compare them with its ancestor's.")
        {
            experiments, repository, commit, set, baseline, report, noCache, detach, from, trial, json,
        };
        runner.AddTo(command);
        command.Validators.Add(typed => RefuseMixture(typed, typed.GetResult(from) is not null, typed.GetResult(trial) is not null, experiments, repository, commit, set, baseline));
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new RunRequest
            {
                Experiments = [.. parsed.GetValue(experiments) ?? []],
                Repository = parsed.GetRequiredValue(repository),
                Commit = parsed.GetRequiredValue(commit),
                Overrides = [.. parsed.GetValue(set) ?? []],
                Baseline = parsed.GetValue(baseline),
                ReportFolder = parsed.GetValue(report),
                Detach = parsed.GetValue(detach),
                Json = parsed.GetValue(json),
                NoCache = parsed.GetValue(noCache),
                From = parsed.GetValue(from),
                Trial = parsed.GetValue(trial),
                Runner = runner.Read(parsed),
            },
            parsed,
            terminal,
            cancellationToken));
        return command;
    }

    // What a bundle says is not to be changed on the way.
    private static void RefuseMixture(CommandResult typed, bool isFrom, bool isTrial, params Symbol[] others)
    {
        if (isTrial && !isFrom)
        {
            typed.AddError("--trial names a trial of a bundle: name the bundle with --from.");
        }

        foreach (var other in others.Where(_ => isFrom))
        {
            var isTyped = other switch
            {
                Option option => typed.GetResult(option) is { Implicit: false },
                Argument argument => typed.GetResult(argument) is { Tokens.Count: > 0 },
                _ => false,
            };
            if (isTyped)
            {
                typed.AddError($"--from repeats what its bundle says: leave out {other.Name}.");
            }
        }
    }

    private static async Task<int> RunAsync(RunRequest request, ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (terminal.Caller is not null)
        {
            await using var called = await Session.OpenAsync(parsed, terminal, cancellationToken);
            return await CalledRun.StartAsync(request, called, cancellationToken);
        }

        if (request.From is not null)
        {
            await using var here = await Session.OpenAsync(parsed, terminal, cancellationToken);
            return await RepeatedRun.RunAsync(request, here, cancellationToken);
        }

        await using var repository = await GitRepository.OpenAsync(Path.GetFullPath(request.Repository, terminal.Directory), cancellationToken);
        var commit = await repository.ResolveCommitAsync(request.Commit, cancellationToken);
        var manifest = await CommitManifest.ReadAsync(repository, commit, terminal, cancellationToken);
        var specs = CommitManifest.Select(manifest, request.Experiments).Select(spec => SpecOverrides.Apply(spec, request.Overrides)).Select(request.WithCache).ToList();

        var reports = request.ReportFolder is { } given ? WritableFolder.Make(Path.GetFullPath(given, terminal.Directory)) : null;
        await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
        var project = await ProjectIdentity.OfAsync(repository, session.Store, cancellationToken);
        await session.Store.PutProjectAsync(project, cancellationToken);
        await Uncommitted.PointOutAsync(repository, request.Commit, terminal, cancellationToken);
        using var machine = await Machine.PrepareAsync(session, request.Runner, cancellationToken);
        await using var lease = request.Detach ? null : await WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: false, terminal.Time, cancellationToken);
        await using var site = RunSite.Open(session, repository, project, machine, lease?.Id ?? WorkerId.None);

        var baseline = request.Baseline is null ? null : await repository.ResolveCommitAsync(request.Baseline, cancellationToken);
        var worst = ExitCodes.Done;
        foreach (var spec in specs)
        {
            var folder = reports is not null && specs.Count > 1 ? Path.Combine(reports, spec.Name) : reports;
            var order = new RunOrder
            {
                Project = project.Id,
                Commit = commit,
                Spec = spec,
                Overrides = request.Overrides,
                ManifestDigest = manifest.Digest,
                Executor = request.Runner.Executor,
                BaselineCommit = baseline,
                Attendant = site.Bench.Worker,
                ReportFolder = folder ?? "",
                By = session.Sign(),
            };
            var code = await RunOneAsync(order, request, site, cancellationToken);
            worst = Math.Max(worst, code);
            if (code is ExitCodes.Cancelled or ExitCodes.Environment)
            {
                break;
            }
        }

        if (request.Detach)
        {
            BackgroundWorker.EnsureOne(session, request.Runner);
        }

        return worst;
    }

    private static async Task<int> RunOneAsync(RunOrder order, RunRequest request, RunSite site, CancellationToken cancellationToken)
    {
        // Before anything is recorded: a trial that can never start is wrong use, not a run.
        _ = site.Bench.Slots.MostAtOnce(order.Spec.Resources);
        _ = DatasetOffer.Resolve(order.Spec, await site.Session.Store.ListDatasetsAsync(cancellationToken), site.Session.Data);
        if (order.Spec.Image is { } image)
        {
            _ = await site.Bench.Images!.PrepareAsync(image, sentence => site.Terminal.Say($"note: {Plain.Line(sentence)}"), cancellationToken);
        }

        if (await BaseRun.MakeIfAskedAsync(order, request, site, cancellationToken) is (ExitCodes.Cancelled or ExitCodes.Environment) and var code)
        {
            return code;
        }

        var run = await site.Planner.PlanAsync(order, cancellationToken);
        if (WarmStartText.Of(run) is { Length: > 0 } known)
        {
            site.Terminal.Say($"Warm start: {Plain.Line(known)}.");
        }

        if (request.Detach)
        {
            site.Terminal.Out.WriteLine(run.Id);
            return ExitCodes.Done;
        }

        return await RunToReport.DriveAsync(run, request.Json ? RunPrint.Json : RunPrint.Summary, site, cancellationToken);
    }
}
