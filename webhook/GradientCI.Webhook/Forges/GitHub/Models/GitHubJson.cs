using System.Text.Json.Serialization;

namespace GradientCI.Webhook.Forges.GitHub.Models;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(NewCommitStatus))]
[JsonSerializable(typeof(NewCheckRun))]
[JsonSerializable(typeof(CheckRunUpdate))]
[JsonSerializable(typeof(NewIssueComment))]
[JsonSerializable(typeof(NewReaction))]
[JsonSerializable(typeof(NewInstallationToken))]
[JsonSerializable(typeof(CheckRunResponse))]
[JsonSerializable(typeof(CheckRunsResponse))]
[JsonSerializable(typeof(IssueComment[]))]
[JsonSerializable(typeof(GitHubApp))]
[JsonSerializable(typeof(Installation))]
[JsonSerializable(typeof(CollaboratorPermission))]
[JsonSerializable(typeof(Repository))]
[JsonSerializable(typeof(PullRequest))]
[JsonSerializable(typeof(InstallationTokenResponse))]
[JsonSerializable(typeof(RepositoryHook[]))]
[JsonSerializable(typeof(HookDelivery[]))]
[JsonSerializable(typeof(ApiError))]
internal sealed partial class GitHubJson : JsonSerializerContext;
