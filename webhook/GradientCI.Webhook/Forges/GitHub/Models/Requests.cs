namespace GradientCI.Webhook.Forges.GitHub.Models;

internal sealed record NewCommitStatus(string State, string? TargetUrl, string Description, string Context);

internal sealed record NewCheckRun(string Name, string HeadSha, string Status, string? Conclusion, string? DetailsUrl, string ExternalId, NewCheckRunOutput Output);

internal sealed record CheckRunUpdate(string Name, string Status, string? Conclusion, string? DetailsUrl, string ExternalId, NewCheckRunOutput Output);

internal sealed record NewCheckRunOutput(string Title, string Summary);

internal sealed record NewIssueComment(string Body);

internal sealed record NewReaction(string Content);

/// <summary>What an installation token is to be good for: everything that the app may, unless it says less.</summary>
internal sealed record NewInstallationToken(IReadOnlyList<long>? RepositoryIds, IReadOnlyDictionary<string, string>? Permissions);
