using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Commands;

/// <summary>Does what commands ask for. Doing one again changes nothing more.</summary>
internal sealed class CommandEffects(DataFolder data, IExperimentStore store, IWorkQueue queue, IForgeStore forges, Provenance provenance, string executor, TimeProvider time)
{
    private readonly AskedRuns _runs = new(data, store, forges, provenance, executor, time);
    private readonly AskedComparisons _comparisons = new(data, store);
    private readonly ForkApprovals _approvals = new(forges, new PullRequestRuns(data, store, forges, provenance, executor, time), time);

    /// <summary>Runs that failed at a commit are tried again.</summary>
    public AskedRetries Retries { get; } = new(store, queue, time);

    /// <summary>Does it, or says why not.</summary>
    /// <exception cref="GradientException">Environment: it cannot be done now, and is to be tried again.</exception>
    public async Task<CommandAnswer> DoAsync(AskedPullRequest asked, TypedCommand command, CancellationToken cancellationToken)
    {
        if (command.Mistake.Length > 0)
        {
            return CommandAnswer.Mistaken(command.Mistake);
        }

        if (!asked.Pull.IsOpen && command.Verb is CommandVerb.Run or CommandVerb.Retry or CommandVerb.Approve)
        {
            return CommandAnswer.Mistaken("The pull request is closed, so nothing starts here.");
        }

        try
        {
            return command.Verb switch
            {
                CommandVerb.Run => await _runs.RunAsync(asked, command, cancellationToken),
                CommandVerb.Retry => await Retries.RetryAsync(asked.Pull.Project, asked.Pull.Head, _ => true, asked.Sign(time), cancellationToken),
                CommandVerb.Cancel => await CancelAsync(asked, cancellationToken),
                CommandVerb.Approve => await ApproveAsync(asked, cancellationToken),
                CommandVerb.Compare => await _comparisons.CompareAsync(asked.Pull, command.Argument, cancellationToken),
                _ => CommandAnswer.Done(string.Join('\n', ["Commands stand at the beginning of a line:", .. CommandUsage.All.Select(usage => $"{usage.Line}\t{usage.Does}")])),
            };
        }
        catch (GradientException problem) when (problem.Kind == FailureKind.Usage)
        {
            return CommandAnswer.Mistaken($"{problem.Message} {problem.Remedy}".TrimEnd());
        }
    }

    private async Task<CommandAnswer> CancelAsync(AskedPullRequest asked, CancellationToken cancellationToken)
    {
        var (pull, origin) = (asked.Pull, new PullRequestOrigin(asked.Pull.Number));
        var cancelled = await new OpenRuns(store, time) { By = asked.Sign(time) }.CancelAsync(
            pull.Project,
            run => origin.IsOwn(run.Origin) || (!pull.IsFork && PushOrigin.IsPushTo($"refs/heads/{pull.HeadRef}", run.Origin)),
            $"{asked.Comment.Author} asked for it in a comment of {asked.Repository.FullName}#{pull.Number}.",
            cancellationToken);
        return CommandAnswer.Done(cancelled switch
        {
            0 => "Nothing of this pull request was under way.",
            1 => "1 run is cancelled.",
            _ => $"{cancelled} runs are cancelled.",
        });
    }

    private async Task<CommandAnswer> ApproveAsync(AskedPullRequest asked, CancellationToken cancellationToken)
    {
        var (pull, comment) = (asked.Pull, asked.Comment);
        if (!pull.IsFork)
        {
            return CommandAnswer.Mistaken("This pull request is not from a fork, so it needs no approval.");
        }

        // What was read is what was there when the comment was written; within one second nobody knows.
        if (comment.WrittenAt <= pull.HeadSince)
        {
            return CommandAnswer.Mistaken($"The head is {pull.Head.Short} since about when the comment was written, or later. Read what it changes now, and approve that.");
        }

        var said = await _approvals.ApproveAsync(new WaitingCommit(asked.Repository, pull), null, comment.Author, cancellationToken);
        return CommandAnswer.Done(string.Join(' ', [$"{pull.Head.Short} may run; a new commit needs a new approval.", .. said]));
    }
}
