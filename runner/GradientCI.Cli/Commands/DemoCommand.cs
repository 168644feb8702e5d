using System.CommandLine;
using GradientCI.Cli.Demo;
using GradientCI.Cli.Runs;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci demo</c>: two commits of a real experiment, run and compared, in under a minute.</summary>
internal static class DemoCommand
{
    public static Command Create(Terminal terminal)
    {
        var runner = new RunnerSwitches();
        var command = new Command("demo", "Make a repository with two commits of an example, run both, and show the comparison.");
        runner.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = Directory.CreateTempSubdirectory("gradientci-demo-").FullName;
            terminal.Out.WriteLine($"Making a repository of two commits in {folder}/digits");
            await DemoRepository.MakeAsync(Path.Combine(folder, "digits"), cancellationToken);
            await using var repository = await GitRepository.OpenAsync(Path.Combine(folder, "digits"), cancellationToken);

            var inDemo = terminal with { Variable = name => name == "GRADIENTCI_DATA" ? Path.Combine(folder, "data") : terminal.Variable(name) };
            await using var session = await Session.OpenAsync(parsed, inDemo, cancellationToken);
            var project = ProjectIdentity.Of(repository);
            await session.Store.PutProjectAsync(project, cancellationToken);
            var options = runner.Read(parsed);
            using var machine = await Machine.PrepareAsync(session, options, cancellationToken);
            await using var lease = await WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: false, terminal.Time, cancellationToken);
            await using var site = RunSite.Open(session, repository, project, machine, lease.Id);

            var code = ExitCodes.Done;
            foreach (var revision in (string[])["HEAD~1", "HEAD"])
            {
                var commit = await repository.ResolveCommitAsync(revision, cancellationToken);
                var manifest = await CommitManifest.ReadAsync(repository, commit, terminal, cancellationToken);
                terminal.Out.WriteLine();
                terminal.Out.WriteLine($"$ gradientci run --commit {commit.Sha.Short}   # {commit.Subject}");
                var order = new RunOrder
                {
                    Project = project.Id,
                    Commit = commit,
                    Spec = manifest.Experiments[0],
                    ManifestDigest = manifest.Digest,
                    Executor = options.Executor,
                    Attendant = lease.Id,
                };
                code = await RunToReport.DriveAsync(await site.Planner.PlanAsync(order, cancellationToken), RunPrint.Summary, site, cancellationToken);
                if (code == ExitCodes.Cancelled)
                {
                    return code;
                }
            }

            terminal.Out.WriteLine();
            terminal.Out.WriteLine($"Look around with: cd {folder}/digits && gradientci --data {session.Data.Root} list");
            return code;
        });
        return command;
    }
}
