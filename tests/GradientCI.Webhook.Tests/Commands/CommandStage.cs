using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Commands;
using GradientCI.Webhook.Forges;
using GradientCI.Webhook.Tests.Triggers;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Commands;

/// <summary>A forge's repository with a pull request, and the desk that sees to its comments; ada may push, eve may not.</summary>
internal sealed class CommandStage : ICommandStore, IAsyncDisposable
{
    public const string Manifest = """
        version: 1
        experiments:
          digits:
            command: "true"
            parameters: { lr: 0.1, width: 4, deep: false }
          words:
            command: "true"
            on: { pull_request: { branches: [other] } }
        """;

    private readonly ForgeStage _stage;
    private long _comment = 100;

    private CommandStage(ForgeStage stage)
    {
        _stage = stage;
        stage.Forge.Writers.Add("ada");
        Desk = new CommandDesk(
            stage.Data, new CommandStores(stage.Store, stage.Store, stage.Store, stage.Store, this), stage.Forge, stage.Events, new Provenance(), "process", Clock);
    }

    public ManualTimeProvider Clock { get; } = new(StoreSamples.Noon);

    public CommandDesk Desk { get; }

    /// <summary>Whether we die before a command is recorded.</summary>
    public bool Dying { get; set; }

    public ForgeStage Forge => _stage;

    public TokenForge GitHub => _stage.Forge;

    public ICommandStore Commands => _stage.Store;

    /// <summary>Sets the stage, with an open pull request of which everything is known, and nothing run yet.</summary>
    public static async Task<CommandStage> SetAsync(bool isFork = false, string manifest = Manifest)
    {
        var stage = new CommandStage(await ForgeStage.SetAsync(manifest));
        stage._stage.Server.Work.Git("checkout", "--quiet", "-b", "topic");
        stage._stage.Server.Commit("Topic");
        await stage.PullAsync(isFork: isFork, isDraft: true);
        return stage;
    }

    /// <summary>The present commit is the head, at the forge and as far as we heard.</summary>
    public async Task PullAsync(int minute = 0, bool isFork = false, bool isDraft = false, bool isOpen = true)
    {
        await _stage.PullAsync(_stage.PullRequest(isFork, minute) with { IsDraft = isDraft, IsOpen = isOpen });
        GitHub.PullRequests[7] = await KnownAsync();
    }

    /// <summary>The pull request as we know it.</summary>
    public async Task<PullRequest> KnownAsync() => (await _stage.Forges.FindPullRequestAsync(await ProjectAsync(), 7, default))!;

    public async Task<ProjectId> ProjectAsync() => (await _stage.Forges.FindRepositoryAsync("github", 42, default))!.Project;

    /// <summary>A comment that was written ten minutes after the pull request was opened.</summary>
    public RemoteComment Comment(string body, string author = "ada", int minute = 10) => new()
    {
        Id = ++_comment,
        PullRequest = 7,
        Body = body,
        Author = author,
        IsPerson = true,
        IsOfTheHouse = author == "ada",
        WrittenAt = StoreSamples.Noon.AddMinutes(minute),
    };

    public Task<string> SayAsync(RemoteComment comment) => Desk.CommentAsync(_stage.Repository, comment, _stage.Heard, default);

    public Task<string> SayAsync(string body, string author = "ada", int minute = 10) => SayAsync(Comment(body, author, minute));

    /// <summary>The commands that were recorded at the head, oldest first.</summary>
    public async Task<ImmutableArray<CommentCommand>> ToldAsync() => await Commands.ListCommandsAsync(await ProjectAsync(), 7, (await KnownAsync()).Head, 100, default);

    /// <summary>The reactions that are wanted, by comment: <c>reaction 101 Done</c>.</summary>
    public async Task<ImmutableArray<string>> ReactionsAsync()
    {
        var found = ImmutableArray.CreateBuilder<string>();
        for (var id = 100L; id <= _comment; id++)
        {
            if (await ((IAnswerStore)_stage.Store).FindAnswerAsync(await ProjectAsync(), $"reaction {id}", default) is { } answer)
            {
                found.Add($"{id} {Enum.GetNames<Reaction>().Single(name => answer.Json.Contains($"\"{name}\"", StringComparison.Ordinal))}");
            }
        }

        return found.ToImmutable();
    }

    /// <summary>Ends a queued run, with one trial that ended so.</summary>
    public async Task EndAsync(RunId run, TrialState state)
    {
        await _stage.Store.AddTrialsAsync([StoreSamples.Trial(run, 1)], default);
        (await _stage.Store.UpdateRunAsync(new RunUpdate(run, [RunState.Queued], RunState.Running, StoreSamples.Noon), default)).ShouldBeTrue();
        await _stage.Store.EndAsync(await _stage.Store.StartAsync(new TrialId(run, 1)), state);
        (await _stage.Store.UpdateRunAsync(new RunUpdate(run, [RunState.Running], RunState.Finished, StoreSamples.Noon), default)).ShouldBeTrue();
    }

    public Task<bool> RecordCommandAsync(CommentCommand command, WantedAnswer? reaction, CancellationToken cancellationToken) =>
        Dying ? throw new InvalidOperationException("We died.") : Commands.RecordCommandAsync(command, reaction, cancellationToken);

    public Task<ImmutableArray<CommentCommand>> ListCommandsAsync(ProjectId project, long comment, CancellationToken cancellationToken) =>
        Commands.ListCommandsAsync(project, comment, cancellationToken);

    public Task<ImmutableArray<CommentCommand>> ListCommandsAsync(ProjectId project, int pullRequest, CommitSha head, int limit, CancellationToken cancellationToken) =>
        Commands.ListCommandsAsync(project, pullRequest, head, limit, cancellationToken);

    public Task<int> CountCommandsAsync(ProjectId project, CommandOutcome outcome, DateTimeOffset since, CancellationToken cancellationToken) =>
        Commands.CountCommandsAsync(project, outcome, since, cancellationToken);

    public ValueTask DisposeAsync() => _stage.DisposeAsync();
}
