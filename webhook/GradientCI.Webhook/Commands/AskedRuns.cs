using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Commands;

/// <summary><c>/gradient run</c>: runs of a head that somebody wants, with parameters of their choice.</summary>
internal sealed class AskedRuns(DataFolder data, IExperimentStore store, IForgeStore forges, Provenance provenance, string executor, TimeProvider time)
{
    private const int MostRuns = 1_000;

    /// <summary>Records the runs.</summary>
    /// <exception cref="GradientException">Usage: it cannot be run so. Otherwise it cannot be recorded now: to be tried again.</exception>
    public async Task<CommandAnswer> RunAsync(AskedPullRequest asked, TypedCommand command, CancellationToken cancellationToken)
    {
        var pull = asked.Pull;
        if (pull.IsFork && await forges.FindApprovalAsync(pull.Project, pull.Number, pull.Head, cancellationToken) is null)
        {
            return CommandAnswer.Mistaken($"The head {pull.Head.Short} comes from a fork and waits for approval: /gradient approve");
        }

        await using var mirror = await GitRepository.OpenAsync(data.Mirror(pull.Project), cancellationToken);
        var answer = new TriggerAnswer();
        var manifests = new CommitManifests(mirror, answer);
        var selection = new PullRequestSelection(mirror, manifests, answer) { Executor = executor, IsAsked = true };
        var orders = Choose(await selection.SelectAsync(pull, cancellationToken), command, pull);
        if (orders.IsEmpty)
        {
            return CommandAnswer.Mistaken(answer.Lines.Count > 0 ? string.Join(' ', answer.Lines) : "There is nothing to run at the head.");
        }

        var keeping = new GitMirror(data.Mirror(pull.Project), time);
        var recording = new RunRecording(mirror, new RunPlanner(mirror, store, provenance with { GitVersion = mirror.GitVersion }, time), answer)
        {
            AdmitAsync = async (order, token) =>
            {
                await keeping.KeepAsync(order.Commit.Sha, token);
                return true;
            },
        };
        var bases = new BaseRuns(manifests, store, recording, answer);
        var (made, open) = (new List<RunId>(), new List<RunId>());
        foreach (var order in orders.Select(order => order with
        {
            Spec = Override(order, command),
            Overrides = command.Overrides,
            Origin = asked.Origin,
            By = asked.Sign(time),
        }))
        {
            if (await FindOpenAsync(order, cancellationToken) is { } known)
            {
                open.Add(known);
            }
            else if (await recording.RecordAsync(order with { BaselineRun = await bases.FindAsync(order, cancellationToken) }, cancellationToken) is { } run)
            {
                made.Add(run.Id);
            }
        }

        return made.Count + open.Count == 0
            ? CommandAnswer.Mistaken(string.Join(' ', answer.Lines))
            : CommandAnswer.Done(Sentence(made, open), made.Concat(open).Select(run => new CommandedRun(run)));
    }

    private static ImmutableArray<RunOrder> Choose(ImmutableArray<RunOrder> all, TypedCommand command, PullRequest pull)
    {
        if (command.Argument.Length > 0)
        {
            return all.FirstOrDefault(order => order.Spec.Name == command.Argument) is { } named ? [named] : all.IsEmpty ? [] : throw Unknown(
                $"There is no experiment '{command.Argument}'", command.Argument, [.. all.Select(order => order.Spec.Name)]);
        }

        ImmutableArray<RunOrder> wanted = all.Length == 1 ? all : [.. all.Where(order => order.Spec.On.Comment || (order.Spec.On.PullRequest is { } trigger && trigger.Wants(pull.BaseRef)))];
        return !wanted.IsEmpty || all.IsEmpty ? wanted : throw new GradientException(
            FailureKind.Usage, "No experiment asks for this pull request.", $"Name one: {string.Join(", ", all.Select(order => order.Spec.Name))}.");
    }

    private static Specs.ExperimentSpec Override(RunOrder order, TypedCommand command)
    {
        var spec = order.Spec;
        string[] known = [.. spec.Parameters.Select(item => item.Key), .. spec.Sweep.Space.Parameters.Select(parameter => parameter.Name)];
        foreach (var name in command.Overrides.Select(text => text[..text.IndexOf('=', StringComparison.Ordinal)]))
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw Unknown($"The experiment {spec.Name} has no parameter '{name}'", name, known);
            }
        }

        try
        {
            return SpecOverrides.Apply(spec, command.Overrides);
        }
        catch (GradientException problem)
        {
            // The words are the command line's, where a parameter stands after --set.
            throw new GradientException(problem.Kind, problem.Message.Replace("--set ", "", StringComparison.Ordinal), problem.Remedy, problem);
        }
    }

    private static GradientException Unknown(string what, string word, string[] words) => new(
        FailureKind.Usage,
        Spelling.Nearest(word, words) is { } nearest ? $"{what}; did you mean {nearest}?" : $"{what}.",
        words.Length == 0 ? "" : $"There are: {string.Join(", ", words.Take(20))}{(words.Length > 20 ? ", …" : "")}.");

    // One that this very command made, before we died, is found by its origin instead.
    private async Task<RunId?> FindOpenAsync(RunOrder order, CancellationToken cancellationToken)
    {
        var query = new RunQuery { Project = order.Project, Experiment = order.Spec.Name, Commit = order.Commit.Sha, Limit = MostRuns };
        return (await store.ListRunsAsync(query, cancellationToken))
            .FirstOrDefault(run => !run.HasEnded && run.Origin != order.Origin && run.Overrides.SequenceEqual(order.Overrides, StringComparer.Ordinal))?.Id;
    }

    private static string Sentence(List<RunId> made, List<RunId> open) => string.Join(' ', ((string[])
    [
        made.Count == 0 ? "" : $"{Names(made)} {(made.Count == 1 ? "is" : "are")} recorded.",
        open.Count == 0 ? "" : $"{Names(open)} {(open.Count == 1 ? "is" : "are")} under way already.",
    ]).Where(part => part.Length > 0));

    private static string Names(IEnumerable<RunId> runs) => string.Join(", ", runs);
}
