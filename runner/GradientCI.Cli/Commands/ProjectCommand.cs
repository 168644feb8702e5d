using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Projects;
using GradientCI.Cli.Workers;
using GradientCI.Runner.Git;
using GradientCI.Runner.Retention;
using GradientCI.Stores;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci project</c>: the repositories that the data folder knows.</summary>
internal static class ProjectCommand
{
    public static Command Create(Terminal terminal) => new("project", "List, add, remove and set up the repositories that the data folder knows.")
    {
        List(terminal),
        Add(terminal),
        Remove(terminal),
        Set(terminal),
    };

    private static Command List(Terminal terminal)
    {
        var json = new Option<bool>("--json") { Description = "Print JSON for scripts (docs/command-line.md)" };
        var command = new Command("list", "List projects with where they are, their last run, and whether pushes start runs.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var listed = new List<ListedProject>();
            foreach (var standing in await session.Store.ListProjectStandingsAsync(cancellationToken))
            {
                listed.Add(await ListedProject.LookAsync(standing, session.Data, cancellationToken));
            }

            terminal.Out.Write(parsed.GetValue(json) ? ProjectText.Json(listed) : ProjectText.Table(listed, terminal.Time.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Add(Terminal terminal)
    {
        var folder = new Argument<string>("DIR|URL") { Description = "The repository on this machine, or where another machine's is fetched from; into a bare one here the hook is installed" };
        var command = new Command("add", "Make a repository a project; pushes to a bare one on this machine start runs from then on.") { folder };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            if (RemoteProject.IsUrl(parsed.GetRequiredValue(folder)))
            {
                var remote = await RemoteProject.AddAsync(session, parsed.GetRequiredValue(folder), cancellationToken);
                terminal.Out.WriteLine(Plain.Line($"{remote.Name} ({remote.Id}) is a project, fetched from {parsed.GetRequiredValue(folder)}"));
                terminal.Out.WriteLine(Plain.Line($"On its machine: gradientci hook install --service URL --secret-file FILE --clone-url {parsed.GetRequiredValue(folder)}"));
                return ExitCodes.Done;
            }

            await using var open = await GitRepository.OpenAsync(Path.GetFullPath(parsed.GetRequiredValue(folder), terminal.Directory), cancellationToken);
            var project = await ProjectIdentity.OfAsync(open, session.Store, cancellationToken);
            await session.Store.AddProjectAsync(project, source: null, session.Sign(project.Location), cancellationToken);

            // What is not in the record comes after it: a hook must never stand there without a word about who put it.
            if (open.WorkTree is null)
            {
                var hook = await new PostReceiveHook(open).InstallAsync(session.Data, [.. BackgroundWorker.OwnProgram()], cancellationToken);
                foreach (var problem in hook.Problems)
                {
                    terminal.Say($"problem: {Plain.Line(problem.Message)}");
                    terminal.Say($"hint: {Plain.Line(problem.Remedy)}");
                }
            }

            terminal.Out.WriteLine(Plain.Line($"{project.Name} ({project.Id}) is a project, at {project.Location}"));
            terminal.Out.WriteLine(open.WorkTree is null ? "What is pushed there starts the runs that on.push asks for." : "It has a work tree: start runs there with gradientci run");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Remove(Terminal terminal)
    {
        var name = Named();
        var withRuns = new Option<bool>("--with-runs") { Description = "Delete its runs, too, with their logs, artifacts and metrics" };
        var yes = new Option<bool>("--yes") { Description = "Really delete them" };
        var command = new Command("remove", "Take a project off the list, and the hook out of its repository; nothing of the repository goes.") { name, withRuns, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var standing = await ProjectLookup.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            if (parsed.GetValue(withRuns) && !parsed.GetValue(yes))
            {
                terminal.Out.WriteLine(Plain.Line($"{Plain.Count(standing.Runs, "run")} of {standing.Project.Name} would be deleted. To delete, add: --yes"));
                return ExitCodes.Done;
            }

            await new ProjectDeparture(session).RemoveAsync(standing, parsed.GetValue(withRuns), cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Set(Terminal terminal)
    {
        var name = Named();
        var values = new Argument<string[]>("KEY=VALUE") { Description = "name=TEXT, what people call it (empty: the folder's name); location=DIR, where it is after a move; keep=N and older-than=AGE, which runs the service's retention leaves (keep=all: every one; empty: as in other projects)", Arity = ArgumentArity.OneOrMore };
        var command = new Command("set", "Change what a project is called, where it is, or how many of its runs stay.") { name, values };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            var standing = await ProjectLookup.FindAsync(session, parsed.GetRequiredValue(name), cancellationToken);
            var change = await ProjectChanges.ReadAsync(standing, parsed.GetRequiredValue(values), terminal, cancellationToken);
            var by = session.Sign(string.Join(' ', parsed.GetRequiredValue(values)));
            if (!await session.Store.SetProjectAsync(standing.Project.Id, change, by, cancellationToken))
            {
                throw new GradientException(FailureKind.Usage, $"Another project is at {change.Location}.", "See which with: gradientci project list. A project that nobody needs goes with: gradientci project remove");
            }

            terminal.Out.WriteLine(Plain.Line($"{standing.Project.Id}: {string.Join(", ", parsed.GetRequiredValue(values))}"));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string> Named() => new("PROJECT") { Description = "Its name, its id, or its folder" };
}
