using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GradientCI.Webhook.Forges.GitHub.Events;

/// <summary>A push of one ref.</summary>
internal sealed record PushPayload
{
    public required string Ref { get; init; }

    public required string Before { get; init; }

    public required string After { get; init; }

    public required RepositoryPayload Repository { get; init; }

    public InstallationPayload? Installation { get; init; }
}

/// <summary>Something happened to a pull request.</summary>
internal sealed record PullRequestEventPayload
{
    public required string Action { get; init; }

    public required PullRequestPayload PullRequest { get; init; }

    public required RepositoryPayload Repository { get; init; }

    public InstallationPayload? Installation { get; init; }
}

/// <summary>Something happened to a comment of an issue or a pull request.</summary>
internal sealed record IssueCommentEventPayload
{
    public required string Action { get; init; }

    public required IssuePayload Issue { get; init; }

    public required CommentPayload Comment { get; init; }

    public required RepositoryPayload Repository { get; init; }

    public InstallationPayload? Installation { get; init; }
}

/// <summary>Something happened to a check run, or is asked of it.</summary>
internal sealed record CheckRunEventPayload
{
    public required string Action { get; init; }

    public required CheckPayload CheckRun { get; init; }

    public required RepositoryPayload Repository { get; init; }

    public InstallationPayload? Installation { get; init; }

    public AccountPayload? Sender { get; init; }
}

/// <summary>Something happened to all check runs of a commit, or is asked of them.</summary>
internal sealed record CheckSuiteEventPayload
{
    public required string Action { get; init; }

    public required CheckPayload CheckSuite { get; init; }

    public required RepositoryPayload Repository { get; init; }

    public InstallationPayload? Installation { get; init; }

    public AccountPayload? Sender { get; init; }
}

/// <summary>Something happened to a repository.</summary>
internal sealed record RepositoryEventPayload
{
    public required string Action { get; init; }

    public required RepositoryPayload Repository { get; init; }

    public InstallationPayload? Installation { get; init; }
}

/// <summary>The app was let in, shut out, or given or refused repositories.</summary>
internal sealed record InstallationEventPayload
{
    public required string Action { get; init; }

    public required InstallationPayload Installation { get; init; }

    public ImmutableArray<RepositoryPayload>? Repositories { get; init; }

    public ImmutableArray<RepositoryPayload>? RepositoriesAdded { get; init; }

    public ImmutableArray<RepositoryPayload>? RepositoriesRemoved { get; init; }
}

/// <summary>A repository; installations tell its id and name alone.</summary>
internal sealed record RepositoryPayload
{
    public required long Id { get; init; }

    public required string FullName { get; init; }

    public string? CloneUrl { get; init; }

    public string? DefaultBranch { get; init; }
}

/// <summary>A pull request.</summary>
internal sealed record PullRequestPayload
{
    public required int Number { get; init; }

    public required string State { get; init; }

    public bool? Draft { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null when the account is gone.</summary>
    public AccountPayload? User { get; init; }

    public required BranchPayload Head { get; init; }

    public required BranchPayload Base { get; init; }
}

/// <summary>An issue, or a pull request.</summary>
internal sealed record IssuePayload
{
    public required int Number { get; init; }

    /// <summary>There for a pull request alone.</summary>
    public JsonElement? PullRequest { get; init; }
}

/// <summary>A comment.</summary>
internal sealed record CommentPayload
{
    public required long Id { get; init; }

    public string? Body { get; init; }

    /// <summary>Null when the account is gone.</summary>
    public AccountPayload? User { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What the author is to the repository: <c>MEMBER</c>, <c>NONE</c>.</summary>
    public string? AuthorAssociation { get; init; }
}

/// <summary>A check run, or all of a commit.</summary>
internal sealed record CheckPayload
{
    public required string HeadSha { get; init; }

    /// <summary>Our own name of a check run; empty when it has none.</summary>
    public string? ExternalId { get; init; }
}

/// <summary>One end of a pull request.</summary>
internal sealed record BranchPayload
{
    public required string Ref { get; init; }

    public required string Sha { get; init; }

    /// <summary>Null when the repository is gone.</summary>
    public RepositoryPayload? Repo { get; init; }
}

/// <summary>An installation of the app.</summary>
internal sealed record InstallationPayload
{
    public required long Id { get; init; }

    /// <summary>Told by the installation's own events only.</summary>
    public AccountPayload? Account { get; init; }
}

/// <summary>A user or an organization.</summary>
internal sealed record AccountPayload
{
    public required string Login { get; init; }

    /// <summary><c>User</c>, <c>Bot</c>, <c>Organization</c>.</summary>
    public string? Type { get; init; }

    public string? HtmlUrl { get; init; }
}

/// <summary>Reads payloads. Only what is used is asked for: old GitHub servers, and recordings, lack what newer ones tell.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PushPayload))]
[JsonSerializable(typeof(PullRequestEventPayload))]
[JsonSerializable(typeof(IssueCommentEventPayload))]
[JsonSerializable(typeof(CheckRunEventPayload))]
[JsonSerializable(typeof(CheckSuiteEventPayload))]
[JsonSerializable(typeof(RepositoryEventPayload))]
[JsonSerializable(typeof(InstallationEventPayload))]
internal sealed partial class PayloadJson : JsonSerializerContext;
