using System.Text.Json;

namespace GradientCI.Webhook.Forges.GitHub.Models;

// Only what is used, so that older and newer GitHubs can be read; a parameter without a default must be there.
internal sealed record CheckRunResponse(long Id, string? Name = null, GitHubApp? App = null);

internal sealed record CheckRunsResponse(CheckRunResponse[] CheckRuns);

internal sealed record IssueComment(long Id, string? Body = null, User? User = null);

internal sealed record User(string Login);

internal sealed record GitHubApp(string Slug);

internal sealed record Installation(long Id);

internal sealed record CollaboratorPermission(string Permission, string? RoleName = null);

internal sealed record Repository(long Id, string Name, User Owner, string CloneUrl, string DefaultBranch)
{
    public string FullName => $"{Owner.Login}/{Name}";
}

internal sealed record PullRequest(
    int Number, string State, GitReference Head, GitReference Base, DateTimeOffset UpdatedAt, bool Draft = false, User? User = null);

/// <summary>A side of a pull request.</summary>
/// <param name="Ref">The branch's name.</param>
/// <param name="Sha">The commit.</param>
/// <param name="Repo">The repository; null when it was deleted.</param>
internal sealed record GitReference(string Ref, string Sha, RepositoryReference? Repo = null);

internal sealed record RepositoryReference(long Id, string FullName);

internal sealed record RepositoryHook(long Id, HookConfig Config);

internal sealed record HookConfig(string? Url = null);

/// <summary>A try to deliver something.</summary>
/// <param name="Id">The try's id.</param>
/// <param name="Guid">What is delivered: the same for all tries.</param>
/// <param name="DeliveredAt">When it was tried.</param>
/// <param name="StatusCode">What it was answered with; 0 when there was no answer.</param>
internal sealed record HookDelivery(long Id, string Guid, DateTimeOffset DeliveredAt, int StatusCode);

/// <summary>Not a record, so that no text of it shows the token.</summary>
internal sealed class InstallationTokenResponse
{
    public required string Token { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>What GitHub says when it refuses; <paramref name="Errors"/> are objects or bare sentences.</summary>
internal sealed record ApiError(string? Message = null, string? DocumentationUrl = null, JsonElement? Errors = null);
