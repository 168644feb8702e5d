using System.Buffers;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Commands;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.GitHub.Events;

/// <summary>Payloads in our own words, with every name checked: they go into paths, options of git and answers.</summary>
internal static class PayloadWords
{
    private const int LongestName = 100;
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>A repository that is told of with all that belongs to it.</summary>
    /// <exception cref="UnreadablePayloadException">Something is missing or malformed.</exception>
    public static RemoteRepository Repository(RepositoryPayload repository, InstallationPayload? installation)
    {
        var (owner, name) = Names(repository);
        return new RemoteRepository(
            GitHubEvents.Forge, repository.Id, owner, name, Web(repository.CloneUrl, "clone_url").AbsoluteUri, Branch(repository.DefaultBranch ?? ""), installation?.Id);
    }

    /// <summary>A repository of which an installation tells the id and the name alone.</summary>
    /// <exception cref="UnreadablePayloadException">Something is missing or malformed.</exception>
    public static RemoteRepository Repository(RepositoryPayload repository, InstallationPayload installation, string? website)
    {
        var (owner, name) = Names(repository);
        var clone = new Uri(Web(website, "installation.account.html_url"), $"/{owner}/{name}.git");
        return new RemoteRepository(GitHubEvents.Forge, repository.Id, owner, name, clone.AbsoluteUri, "", installation.Id);
    }

    /// <summary>A push.</summary>
    /// <exception cref="UnreadablePayloadException">No git has such a ref.</exception>
    public static RefUpdate Update(PushPayload push) => RefUpdate.TryMake(push.Before, push.After, push.Ref)
        ?? throw new UnreadablePayloadException("The payload names a ref or a commit as no git does.");

    /// <summary>A pull request; whoever is told finds its project.</summary>
    /// <exception cref="UnreadablePayloadException">Something is malformed.</exception>
    public static PullRequest PullRequest(PullRequestPayload pull, RepositoryPayload repository) => new()
    {
        Project = default,
        Number = pull.Number > 0 ? pull.Number : throw Malformed("pull_request.number"),
        Head = Sha(pull.Head.Sha),
        HeadRef = Branch(pull.Head.Ref),
        HeadRepository = pull.Head.Repo is null ? "" : FullName(pull.Head.Repo),
        IsFork = pull.Head.Repo is not { } head || head.Id != (pull.Base.Repo?.Id ?? repository.Id),
        BaseRef = Branch(pull.Base.Ref),
        Base = Sha(pull.Base.Sha),
        Author = pull.User?.Login ?? "",
        IsOpen = pull.State == "open",
        IsDraft = pull.Draft ?? false,
        UpdatedAt = pull.UpdatedAt,
    };

    /// <summary>A comment of a pull request.</summary>
    /// <exception cref="UnreadablePayloadException">Something is malformed.</exception>
    public static RemoteComment Comment(IssueCommentEventPayload payload) => new()
    {
        Id = payload.Comment.Id > 0 ? payload.Comment.Id : throw Malformed("comment.id"),
        PullRequest = payload.Issue.Number > 0 ? payload.Issue.Number : throw Malformed("issue.number"),
        Body = payload.Comment.Body ?? "",
        Author = payload.Comment.User?.Login is { } login ? IsLogin(login) ? login : throw Malformed("comment.user.login") : "",
        IsPerson = payload.Comment.User is { Type: "User", Login.Length: > 0 },
        IsOfTheHouse = payload.Comment.AuthorAssociation is "OWNER" or "MEMBER" or "COLLABORATOR",
        WrittenAt = payload.Comment.CreatedAt,
    };

    /// <summary>A commit.</summary>
    /// <exception cref="UnreadablePayloadException">It is malformed.</exception>
    public static CommitSha Commit(CheckPayload check) => Sha(check.HeadSha);

    /// <summary>The login of who did what is told; empty when it is not said.</summary>
    /// <exception cref="UnreadablePayloadException">Nobody can have it.</exception>
    public static string Sender(AccountPayload? sender) => sender?.Login is { } login ? IsLogin(login) ? login : throw Malformed("sender.login") : "";

    private static (string Owner, string Name) Names(RepositoryPayload repository) =>
        repository.FullName.Split('/') is [var owner, var name] && IsName(owner) && IsName(name) ? (owner, name) : throw Malformed("full_name");

    private static string FullName(RepositoryPayload repository)
    {
        var (owner, name) = Names(repository);
        return $"{owner}/{name}";
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name is not ("." or "..") && !name.StartsWith('-') && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    // A program's ends with [bot].
    private static bool IsLogin(string login) => IsName(login.EndsWith("[bot]", StringComparison.Ordinal) ? login[..^"[bot]".Length] : login);

    private static string Branch(string name) => name.Length == 0 || RefUpdate.IsBranch(name) ? name : throw Malformed("ref");

    private static Uri Web(string? url, string member) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 && uri.Query.Length == 0
            ? uri
            : throw Malformed(member);

    private static CommitSha Sha(string text)
    {
        try
        {
            return new CommitSha(text);
        }
        catch (FormatException problem)
        {
            throw new UnreadablePayloadException("The payload names a commit as no git does.", problem);
        }
    }

    private static UnreadablePayloadException Malformed(string member) => new($"The payload's {member} is missing or malformed.");
}
