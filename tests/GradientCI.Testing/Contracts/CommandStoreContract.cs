using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.Contracts;

/// <summary>What every store of comments' commands promises.</summary>
public abstract class CommandStoreContract : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly ProjectId Project = StoreSamples.Project().Id;
    private static readonly CommitSha Head = new(new string('a', 40));

    private ICommandStore _store = null!;

    private IAnswerStore Answers => (IAnswerStore)_store;

    public async Task InitializeAsync()
    {
        _store = await OpenAsync();
        await ((IForgeStore)_store).PutRepositoryAsync(
            StoreSamples.Project(), new ForgeRepository(Project, "github", 42, "ada", "digits", "https://forge.test/ada/digits.git", "main"), None);
    }

    public async Task DisposeAsync() => await ((IAsyncDisposable)_store).DisposeAsync();

    protected abstract Task<ICommandStore> OpenAsync();

    [Fact(Timeout = Patience)]
    public async Task A_command_is_recorded_once_with_everything_that_became_of_it()
    {
        var command = Command(1) with
        {
            Runs = [new CommandedRun(new RunId(Project, "digits", 3)), new CommandedRun(new RunId(Project, "digits", 4), new RunId(Project, "digits", 2))],
        };

        (await _store.RecordCommandAsync(command, null, None)).ShouldBeTrue();
        (await _store.RecordCommandAsync(command with { Sentence = "Again." }, null, None)).ShouldBeFalse();

        var known = (await _store.ListCommandsAsync(Project, command.Comment, None)).ShouldHaveSingleItem();
        known.Runs.ShouldBe(command.Runs);
        (known with { Runs = command.Runs }).ShouldBe(command);
    }

    [Fact(Timeout = Patience)]
    public async Task A_command_marks_its_head_and_wants_its_reaction_together()
    {
        var reaction = new WantedAnswer("reaction 100", "{}");

        await _store.RecordCommandAsync(Command(1), reaction, None);
        await _store.RecordCommandAsync(Command(1), reaction with { Json = """{"again":true}""" }, None);

        (await Answers.ListCommitsToAnswerAsync(10, None)).ShouldHaveSingleItem().ShouldBe(new CommitToAnswer(Project, Head, 1));
        (await Answers.ListDueAnswersAsync(StoreSamples.Noon.AddDays(1), 10, None)).ShouldHaveSingleItem().Json.ShouldBe("{}");
    }

    [Fact(Timeout = Patience)]
    public async Task A_command_whose_head_was_not_looked_at_marks_no_commit()
    {
        await _store.RecordCommandAsync(Command(1) with { Head = null, Outcome = CommandOutcome.Refused }, null, None);

        (await Answers.ListCommitsToAnswerAsync(10, None)).ShouldBeEmpty();
        (await _store.ListCommandsAsync(Project, 100, None)).ShouldHaveSingleItem().Head.ShouldBeNull();
    }

    [Fact(Timeout = Patience)]
    public async Task The_newest_commands_of_a_head_are_listed_oldest_first_without_refused_ones()
    {
        await _store.RecordCommandAsync(Command(1) with { Comment = 102 }, null, None);
        await _store.RecordCommandAsync(Command(2) with { Comment = 102 }, null, None);
        await _store.RecordCommandAsync(Command(1) with { Comment = 101 }, null, None);
        await _store.RecordCommandAsync(Command(1) with { Comment = 103, Outcome = CommandOutcome.Refused }, null, None);
        await _store.RecordCommandAsync(Command(1) with { Comment = 104, PullRequest = 8 }, null, None);
        await _store.RecordCommandAsync(Command(1) with { Comment = 105, Head = new CommitSha(new string('b', 40)) }, null, None);

        (await _store.ListCommandsAsync(Project, 7, Head, 2, None)).Select(each => (each.Comment, each.Ordinal)).ShouldBe([(102, 1), (102, 2)]);
        (await _store.ListCommandsAsync(Project, 7, Head, 10, None)).Select(each => (each.Comment, each.Ordinal)).ShouldBe([(101, 1), (102, 1), (102, 2)]);
    }

    [Fact(Timeout = Patience)]
    public async Task Commands_are_counted_by_what_became_of_them_since_a_moment()
    {
        await _store.RecordCommandAsync(Command(1) with { Outcome = CommandOutcome.Refused }, null, None);
        await _store.RecordCommandAsync(Command(2) with { Outcome = CommandOutcome.Refused, RecordedAt = StoreSamples.Noon.AddHours(1) }, null, None);
        await _store.RecordCommandAsync(Command(3), null, None);

        (await _store.CountCommandsAsync(Project, CommandOutcome.Refused, StoreSamples.Noon, None)).ShouldBe(2);
        (await _store.CountCommandsAsync(Project, CommandOutcome.Refused, StoreSamples.Noon.AddMinutes(1), None)).ShouldBe(1);
        (await _store.CountCommandsAsync(Project, CommandOutcome.Mistaken, StoreSamples.Noon, None)).ShouldBe(0);
    }

    private static CommentCommand Command(int ordinal) => new()
    {
        Project = Project,
        PullRequest = 7,
        Comment = 100,
        Ordinal = ordinal,
        Head = Head,
        Text = "/gradient run digits",
        By = "ada",
        Outcome = CommandOutcome.Done,
        Sentence = "digits#3 is queued.",
        RecordedAt = StoreSamples.Noon,
    };
}
