using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

public sealed partial class FakeGitHub
{
    private JsonObject AppJson() => GitHubSamples.Make("app", new JsonObject
    {
        ["id"] = App!.Id,
        ["client_id"] = App.ClientId,
        ["slug"] = App.Slug,
        ["name"] = App.Slug,
    });

    private JsonObject InstallationJson(long id) => GitHubSamples.Make("installation", new JsonObject
    {
        ["id"] = id,
        ["app_id"] = App!.Id,
        ["app_slug"] = App.Slug,
        ["client_id"] = App.ClientId,
    });

    private static JsonObject UserJson(string login) => GitHubSamples.Make("user", new JsonObject { ["login"] = login });

    private static JsonObject RepositoryJson(FakeRepository repository) => GitHubSamples.Make("repository", new JsonObject
    {
        ["id"] = repository.Id,
        ["name"] = repository.Name,
        ["full_name"] = repository.FullName,
        ["owner"] = new JsonObject { ["login"] = repository.Owner },
        ["private"] = repository.IsPrivate,
        ["clone_url"] = repository.CloneUrl,
        ["default_branch"] = repository.DefaultBranch,
    });

    private static JsonObject PermissionJson(FakeRepository repository, string user)
    {
        var permission = repository.Permissions.GetValueOrDefault(user) ?? (repository.IsPrivate ? "none" : "read");
        return GitHubSamples.Make("permission", new JsonObject { ["permission"] = permission, ["role_name"] = permission, ["user"] = new JsonObject { ["login"] = user, ["role_name"] = permission } });
    }

    private static JsonObject StatusJson(FakeStatus status) => GitHubSamples.Make("status", new JsonObject
    {
        ["id"] = status.Id,
        ["state"] = status.State,
        ["description"] = status.Description,
        ["context"] = status.Context,
        ["target_url"] = status.TargetUrl,
        ["creator"] = new JsonObject { ["login"] = status.By },
    });

    private JsonObject CheckRunJson(FakeRepository repository, FakeCheckRun run) => GitHubSamples.Make("check_run", new JsonObject
    {
        ["id"] = run.Id,
        ["name"] = run.Name,
        ["head_sha"] = run.Sha,
        ["app"] = new JsonObject { ["id"] = App!.Id, ["slug"] = App.Slug, ["name"] = App.Slug },
        ["status"] = run.Status,
        ["conclusion"] = run.Conclusion,
        ["completed_at"] = run.Conclusion is null ? null : Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        ["external_id"] = run.ExternalId,
        ["details_url"] = run.DetailsUrl,
        ["html_url"] = $"https://github.com/{repository.FullName}/runs/{run.Id}",
        ["output"] = new JsonObject { ["title"] = run.Title, ["summary"] = run.Summary, ["text"] = null, ["annotations_count"] = 0 },
    });

    private static JsonObject CommentJson(FakeRepository repository, FakeComment comment) => GitHubSamples.Make("comment", new JsonObject
    {
        ["id"] = comment.Id,
        ["body"] = comment.Body,
        ["html_url"] = $"https://github.com/{repository.FullName}/pull/{comment.PullRequest}#issuecomment-{comment.Id}",
        ["user"] = new JsonObject { ["login"] = comment.Login, ["type"] = comment.Login.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User" },
    });

    private static JsonObject PullRequestJson(FakeRepository repository, FakePullRequest pullRequest)
    {
        var json = GitHubSamples.Make("pull_request", new JsonObject
        {
            ["number"] = pullRequest.Number,
            ["state"] = pullRequest.State,
            ["draft"] = pullRequest.IsDraft,
            ["user"] = new JsonObject { ["login"] = pullRequest.Author },
            ["head"] = Side(pullRequest.Fork ?? repository, pullRequest.HeadRef, pullRequest.Head),
            ["base"] = Side(repository, pullRequest.BaseRef, pullRequest.Base),
        });
        if (pullRequest.HeadIsGone)
        {
            json["head"]!["repo"] = null;
        }

        return json;
    }

    private static JsonObject Side(FakeRepository repository, string branch, string sha) => new()
    {
        ["label"] = $"{repository.Owner}:{branch}",
        ["ref"] = branch,
        ["sha"] = sha,
        ["repo"] = new JsonObject { ["id"] = repository.Id, ["name"] = repository.Name, ["full_name"] = repository.FullName },
    };
}
