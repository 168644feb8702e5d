using System.Collections.Concurrent;
using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Testing.GitHub;

/// <summary>A repository of the stand-in.</summary>
public sealed class FakeRepository(FakeGitHub github, long id, string owner, string name)
{
    public long Id => id;

    public string Owner { get; set; } = owner;

    public string Name { get; internal set; } = name;

    public string FullName => $"{Owner}/{Name}";

    public string CloneUrl { get; set; } = $"https://github.com/{owner}/{name}.git";

    public string DefaultBranch { get; set; } = "main";

    public bool IsPrivate { get; set; }

    /// <summary>The app's installation that lets it in, or null.</summary>
    public long? Installation { get; set; }

    /// <summary>The commits that are known there; null for all.</summary>
    public ISet<string>? Commits { get; set; }

    /// <summary>What people may do there, by login: <c>admin</c>, <c>write</c>, <c>read</c>.</summary>
    public ConcurrentDictionary<string, string> Permissions { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every status that was posted, oldest first.</summary>
    public ImmutableList<FakeStatus> Statuses { get; internal set; } = [];

    public ImmutableList<FakeCheckRun> CheckRuns { get; internal set; } = [];

    public ImmutableList<FakeComment> Comments { get; internal set; } = [];

    /// <summary>Its webhooks.</summary>
    public ImmutableList<FakeHook> Hooks { get; private set; } = [];

    public ImmutableList<FakePullRequest> PullRequests { get; private set; } = [];

    internal HashSet<string> FormerNames { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the statuses say now: the newest of each commit and context.</summary>
    public FakeStatus? Status(string sha, string context) => Statuses.FindLast(status => status.Sha == sha && status.Context == context);

    public FakePullRequest AddPullRequest(int number, string head = "1111111111111111111111111111111111111111", string @base = "2222222222222222222222222222222222222222")
    {
        var pullRequest = new FakePullRequest(number, head, @base);
        lock (github.Lock)
        {
            PullRequests = PullRequests.Add(pullRequest);
        }

        return pullRequest;
    }

    /// <summary>Somebody makes a webhook.</summary>
    public FakeHook AddHook(string url)
    {
        var hook = new FakeHook(github.NextId(), url);
        lock (github.Lock)
        {
            Hooks = Hooks.Add(hook);
        }

        return hook;
    }

    /// <summary>Somebody else comments.</summary>
    public FakeComment AddComment(int pullRequest, string login, string body)
    {
        var comment = new FakeComment(github.NextId(), pullRequest, login) { Body = body };
        lock (github.Lock)
        {
            Comments = Comments.Add(comment);
        }

        return comment;
    }

    /// <summary>Somebody deletes a comment.</summary>
    public void DeleteComment(long id)
    {
        lock (github.Lock)
        {
            Comments = Comments.RemoveAll(comment => comment.Id == id);
        }
    }

    /// <summary>Renames it; calls under the old name are sent on.</summary>
    public void Rename(string newName)
    {
        lock (github.Lock)
        {
            FormerNames.Add(FullName);
            Name = newName;
        }
    }

    /// <summary>It as our store keeps it.</summary>
    public ForgeRepository ToStored(ProjectId project) => new(project, "github", Id, Owner, Name, CloneUrl, DefaultBranch) { Installation = Installation };
}

public sealed record FakeStatus(long Id, string Sha, string Context, string State, string Description, string? TargetUrl, string By);

public sealed record FakeCheckRun(long Id, string Sha)
{
    public required string Name { get; set; }

    public string Status { get; set; } = "queued";

    public string? Conclusion { get; set; }

    public string? DetailsUrl { get; set; }

    public string? ExternalId { get; set; }

    public string? Title { get; set; }

    public string? Summary { get; set; }
}

public sealed record FakeComment(long Id, int PullRequest, string Login)
{
    public required string Body { get; set; }

    /// <summary>Who reacted how, oldest first.</summary>
    public ImmutableList<FakeReaction> Reactions { get; internal set; } = [];
}

public sealed record FakeReaction(string Content, string Login);

public sealed record FakePullRequest(int Number, string Head, string Base)
{
    public string HeadRef { get; set; } = "feature";

    public string BaseRef { get; set; } = "main";

    public string Author { get; set; } = "alice";

    public string State { get; set; } = "open";

    public bool IsDraft { get; set; }

    /// <summary>Where the head lives when it is not the repository itself.</summary>
    public FakeRepository? Fork { get; set; }

    /// <summary>Whether the head's repository was deleted.</summary>
    public bool HeadIsGone { get; set; }
}
