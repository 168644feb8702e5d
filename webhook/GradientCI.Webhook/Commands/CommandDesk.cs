using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Runner;
using GradientCI.Stores;
using GradientCI.Webhook.Answers;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Commands;

/// <summary>Sees to what people ask for in comments, each command once, and only for those who may push at that moment.</summary>
public sealed class CommandDesk : IForgeRequests
{
    /// <summary>The most refusals that are shown at comments of one repository in an hour: each is a call, and strangers are many.</summary>
    public const int MostRefusals = 20;

    /// <summary>The most commands of one repository that are seen to in an hour, and as many mistaken ones.</summary>
    public const int MostCommands = 200;

    private const string OurMarker = "<!-- gradientci ";
    private const int LongestSentence = 2_000;
    private const int LongestNote = 400;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly DataFolder _data;
    private readonly ICommandStore _commands;
    private readonly IAnswerStore _answers;
    private readonly IForgeStore _forges;
    private readonly IForge _forge;
    private readonly ForgeEvents _events;
    private readonly TimeProvider _time;
    private readonly ForgeRepositories _repositories;
    private readonly CommenterPermissions _permissions;
    private readonly CommandEffects _effects;

    /// <summary>Opens nothing.</summary>
    /// <param name="data">Where mirrors are.</param>
    /// <param name="stores">The record.</param>
    /// <param name="forge">Where comments are written.</param>
    /// <param name="events">Told of a pull request that is otherwise than was known.</param>
    /// <param name="provenance">Of the runs.</param>
    /// <param name="executor">Of the runs.</param>
    /// <param name="time">The clock.</param>
    public CommandDesk(DataFolder data, CommandStores stores, IForge forge, ForgeEvents events, Provenance provenance, string executor, TimeProvider time)
    {
        (_data, _commands, _answers, _forges, _forge, _events, _time) = (data, stores.Commands, stores.Answers, stores.Forges, forge, events, time);
        _repositories = new ForgeRepositories(data, stores.Forges);
        _permissions = new CommenterPermissions(forge, time);
        _effects = new CommandEffects(data, stores.Runs, stores.Queue, stores.Forges, provenance, executor, time);
    }

    /// <inheritdoc/>
    public async Task<string> CommentAsync(RemoteRepository repository, RemoteComment comment, Hearing heard, CancellationToken cancellationToken)
    {
        // With a person's token our own comments are that person's, who may push.
        var typed = comment.Body.Contains(OurMarker, StringComparison.Ordinal) ? [] : CommandParser.Parse(comment.Body);
        if (typed.IsEmpty)
        {
            return "The comment asks for nothing.";
        }

        var known = await _repositories.RecordAsync(repository, heard, cancellationToken);
        if (known.IsRemoved)
        {
            return $"{known.FullName} no longer lets us in, so nothing is done there.";
        }

        var seen = (await _commands.ListCommandsAsync(known.Project, comment.Id, cancellationToken)).ToDictionary(each => each.Ordinal);
        if (seen.Count >= typed.Length || seen.Values.Any(each => each.Outcome == CommandOutcome.Refused))
        {
            return "The comment was seen to before.";
        }

        return (comment.IsPerson ? await _permissions.MayCommandAsync(known, comment, cancellationToken) : false) switch
        {
            true => await TakeAsync(known, comment, typed, seen, heard, cancellationToken),
            false => await RefuseAsync(known, comment, typed[0], cancellationToken),
            null => $"Too many strangers write commands in {known.FullName}, so this one's is left alone.",
        };
    }

    /// <inheritdoc/>
    public async Task<string> RerequestAsync(RemoteRepository repository, RemoteRerequest asked, Hearing heard, CancellationToken cancellationToken)
    {
        var known = await _repositories.RecordAsync(repository, heard, cancellationToken);
        if (known.IsRemoved)
        {
            return $"{known.FullName} no longer lets us in, so nothing is done there.";
        }

        var by = asked.Sender.Length > 0 ? new Signature(_time.GetUtcNow(), asked.Sender, $"{known.FullName}, Re-run at a check") : null;
        var answer = await _effects.Retries.RetryAsync(known.Project, asked.Sha, each => asked.Run is null || each.Id.ToString() == asked.Run, by, cancellationToken);

        // Whoever asks again makes the forge forget what was said there.
        await _answers.PostAgainAsync(known.Project, $"{AnswerLane.Check(asked.Sha, CommitStatuses.Context)}/", cancellationToken);
        return answer.Sentence;
    }

    private async Task<string> TakeAsync(
        ForgeRepository repository, RemoteComment comment, ImmutableArray<TypedCommand> typed, Dictionary<int, CommentCommand> seen, Hearing heard, CancellationToken cancellationToken)
    {
        if (await IsOverAsync(repository.Project, CommandOutcome.Done, cancellationToken) || await IsOverAsync(repository.Project, CommandOutcome.Mistaken, cancellationToken))
        {
            return $"More than {MostCommands} commands in an hour were written in {repository.FullName}, so this one is left alone.";
        }

        if (await FindPullRequestAsync(repository, comment.PullRequest, heard, cancellationToken) is not { } pull)
        {
            return $"{repository.FullName}#{comment.PullRequest} is gone, or is no pull request.";
        }

        var said = new List<string>();
        var isMistaken = false;
        foreach (var (command, ordinal) in typed.Select((command, at) => (command, at + 1)))
        {
            if (!seen.TryGetValue(ordinal, out var done))
            {
                var answer = await _effects.DoAsync(new AskedPullRequest(repository, pull, comment, ordinal), command, cancellationToken);
                isMistaken |= answer.Outcome == CommandOutcome.Mistaken;
                done = Recorded(repository, comment, command, answer.Outcome) with
                {
                    Ordinal = ordinal, Head = pull.Head, Sentence = Bounded(answer.Sentence), Runs = answer.Runs,
                };
                await RecordAsync(done, isMistaken ? Reaction.Confused : Reaction.Done, cancellationToken);
            }

            isMistaken |= done.Outcome == CommandOutcome.Mistaken;
            said.Add(done.Sentence.Split('\n')[0]);
        }

        return PlainText.Of(string.Join(' ', said), LongestNote);
    }

    private async Task<string> RefuseAsync(ForgeRepository repository, RemoteComment comment, TypedCommand first, CancellationToken cancellationToken)
    {
        var refused = await _commands.CountCommandsAsync(repository.Project, CommandOutcome.Refused, _time.GetUtcNow() - Hour, cancellationToken);
        if (refused < MostRefusals)
        {
            await RecordAsync(Recorded(repository, comment, first, CommandOutcome.Refused), Reaction.Refused, cancellationToken);
        }

        return $"{PlainText.Of(comment.Author, 50)} may not give commands in {repository.FullName}.";
    }

    private Task<bool> RecordAsync(CommentCommand command, Reaction reaction, CancellationToken cancellationToken) =>
        _commands.RecordCommandAsync(command, new ReactionContent(reaction).In(AnswerLane.Reaction(command.Comment)), cancellationToken);

    private async Task<bool> IsOverAsync(ProjectId project, CommandOutcome outcome, CancellationToken cancellationToken) =>
        await _commands.CountCommandsAsync(project, outcome, _time.GetUtcNow() - Hour, cancellationToken) >= MostCommands;

    // Deliveries come late and in any order: what the head is now is asked of the forge.
    private async Task<PullRequest?> FindPullRequestAsync(ForgeRepository repository, int number, Hearing heard, CancellationToken cancellationToken)
    {
        var known = await _forges.FindPullRequestAsync(repository.Project, number, cancellationToken);
        try
        {
            var now = await _forge.FindPullRequestAsync(repository, number, cancellationToken);
            if (now is null || IsUpToDate(known, now))
            {
                return now is null ? null : known;
            }

            await _events.TakeAsync(repository, now, heard with { At = _time.GetUtcNow() }, cancellationToken);
            return await _forges.FindPullRequestAsync(repository.Project, number, cancellationToken);
        }
        catch (ForgeException problem)
        {
            throw new GradientException(FailureKind.Environment, $"{repository.FullName}#{number} could not be looked at: {problem.Message}", "It is tried again.", problem);
        }
    }

    // A mirror is in no backup, and comes with whatever is told of.
    private bool IsUpToDate(PullRequest? known, PullRequest now) =>
        known is not null && known.Head == now.Head && known.IsOpen == now.IsOpen && known.BaseRef == now.BaseRef && Directory.Exists(_data.Mirror(now.Project));

    private CommentCommand Recorded(ForgeRepository repository, RemoteComment comment, TypedCommand command, CommandOutcome outcome) => new()
    {
        Project = repository.Project,
        PullRequest = comment.PullRequest,
        Comment = comment.Id,
        Ordinal = 1,
        Text = command.Text,
        By = PlainText.Of(comment.Author, 50),
        Outcome = outcome,
        RecordedAt = _time.GetUtcNow(),
    };

    private static string Bounded(string sentence) => sentence.Length <= LongestSentence ? sentence : sentence[..LongestSentence] + "…";
}
