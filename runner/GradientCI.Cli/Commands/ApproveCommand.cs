using System.CommandLine;
using GradientCI.Cli.Output;
using GradientCI.Cli.Runs;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Cli.Commands;

/// <summary><c>gradientci approve</c>: lets a commit of a fork's pull request run, or lists what waits for that.</summary>
internal static class ApproveCommand
{
    public static Command Create(Terminal terminal)
    {
        var name = new Argument<string?>("OWNER/REPO#N")
        {
            Description = "The pull request; without one, what waits is listed", Arity = ArgumentArity.ZeroOrOne,
        };
        var sha = new Option<string?>("--sha") { Description = "The head that you looked at, whole; another one is refused", HelpName = "SHA" };
        var command = new Command("approve", "Let one commit of a fork's pull request run; without a name, list what waits (docs/pull-requests.md).") { name, sha };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var session = await Session.OpenAsync(parsed, terminal, cancellationToken);
            using var machine = await Machine.PrepareAsync(session, RunnerOptions.Default, cancellationToken);
            var runs = new PullRequestRuns(session.Data, session.Store, session.Store, machine.Provenance, machine.Executor.Name, terminal.Time);
            var approvals = new ForkApprovals(session.Store, runs, terminal.Time);
            if (parsed.GetValue(name) is not { } wanted)
            {
                return await ListAsync(approvals, session, cancellationToken);
            }

            if (terminal.Caller is not null && parsed.GetValue(sha) is null)
            {
                throw new GradientException(FailureKind.Usage, "Which commit is approved is not said.", "Add --sha SHA, the head that you looked at.");
            }

            var waiting = await approvals.FindAsync(wanted, cancellationToken);
            return session.Sees(waiting.Repository.Project)
                ? await ApproveAsync(approvals, waiting, parsed.GetValue(sha), terminal, cancellationToken)
                : throw ForkApprovals.NothingWaits(wanted);
        });
        return command;
    }

    private static async Task<int> ListAsync(ForkApprovals approvals, Session session, CancellationToken cancellationToken)
    {
        var (waiting, terminal) = ((await approvals.ListAsync(cancellationToken)).RemoveAll(each => !session.Sees(each.Repository.Project)), session.Terminal);
        foreach (var each in waiting)
        {
            var from = each.PullRequest.HeadRepository.Length == 0 ? "a repository that is gone" : each.PullRequest.HeadRepository;
            terminal.Out.WriteLine(Plain.Line($"{each.Name}  head {each.ShortHead}  by {each.PullRequest.Author}, from {from} into {each.PullRequest.BaseRef}"));
        }

        terminal.Out.WriteLine(waiting.IsEmpty
            ? "Nothing waits for approval."
            : Plain.Line($"Read what it changes, then let it run: gradientci approve {waiting[0].Name} --sha {waiting[0].PullRequest.Head}"));
        return ExitCodes.Done;
    }

    private static async Task<int> ApproveAsync(ForkApprovals approvals, WaitingCommit waiting, string? sha, Terminal terminal, CancellationToken cancellationToken)
    {
        var sentences = await approvals.ApproveAsync(waiting, sha, terminal.Person, cancellationToken);
        terminal.Out.WriteLine(Plain.Line($"{waiting.Name} may run at {waiting.PullRequest.Head}; a new commit needs a new approval."));
        foreach (var sentence in sentences)
        {
            terminal.Out.WriteLine(Plain.Line(sentence));
        }

        return ExitCodes.Done;
    }
}
