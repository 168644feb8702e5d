using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

public sealed partial class FakeGitHub
{
    private FakeReply Route(FakeCall call, Caller caller, Uri address)
    {
        var parts = call.Path.Split('?')[0].Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        return (call.Method, parts) switch
        {
            ("GET", ["app"]) => caller.IsApp ? new FakeReply(200, AppJson()) : FakeReply.Error(401, "A JSON web token could not be decoded"),
            ("POST", ["app", "installations", var id, "access_tokens"]) => caller.IsApp ? MakeToken(long.Parse(id), call.Body) : FakeReply.Error(401, "A JSON web token could not be decoded"),
            (_, ["app", "hook", .. var rest]) => caller.IsApp ? RouteHook(call, address, AppHook, rest) : FakeReply.Error(401, "A JSON web token could not be decoded"),
            ("GET", ["user"]) => caller is { Login: { } login, Token: null } ? new FakeReply(200, UserJson(login)) : FakeReply.Error(403, "Resource not accessible by integration"),
            (_, ["repos", var owner, var name, .. var rest]) => RouteRepository(call, caller, address, FindRepository(owner, name), $"{owner}/{name}", rest),
            (_, ["repositories", var id, .. var rest]) => RouteRepository(call, caller, address, _repositories.Find(each => each.Id.ToString() == id), null, rest),
            _ => FakeReply.Error(404, "Not Found"),
        };
    }

    private FakeRepository? FindRepository(string owner, string name)
    {
        var full = $"{owner}/{name}";
        return _repositories.Find(each => string.Equals(each.FullName, full, StringComparison.OrdinalIgnoreCase))
            ?? _repositories.Find(each => each.FormerNames.Contains(full));
    }

    private FakeReply RouteRepository(FakeCall call, Caller caller, Uri address, FakeRepository? repository, string? calledAs, string[] rest)
    {
        if (repository is null || !MayRead(caller, repository))
        {
            return FakeReply.Error(404, "Not Found");
        }

        if (calledAs is not null && !string.Equals(calledAs, repository.FullName, StringComparison.OrdinalIgnoreCase))
        {
            return Moved(call, address, repository, rest);
        }

        return (call.Method, rest) switch
        {
            ("GET", []) => new FakeReply(200, RepositoryJson(repository)),
            ("GET", ["installation"]) => !caller.IsApp ? FakeReply.Error(401, "A JSON web token could not be decoded")
                : repository.Installation is { } installation ? new FakeReply(200, InstallationJson(installation)) : FakeReply.Error(404, "Not Found"),
            ("GET", ["pulls", var number]) => repository.PullRequests.Find(each => each.Number.ToString() == number) is { } pullRequest
                ? new FakeReply(200, PullRequestJson(repository, pullRequest)) : FakeReply.Error(404, "Not Found"),
            ("GET", ["hooks"]) => LacksHooks(caller, repository) ?? new FakeReply(200, new JsonArray([.. repository.Hooks.Select(HookJson)])),
            (_, ["hooks", var id, .. var more]) => LacksHooks(caller, repository) ?? RouteHook(call, address, repository.Hooks.Find(each => each.Id.ToString() == id), more),
            ("GET", ["collaborators", var user, "permission"]) => Lacks(caller, repository, "metadata", "read") ?? new FakeReply(200, PermissionJson(repository, user)),
            ("POST", ["statuses", var sha]) => Lacks(caller, repository, "statuses", "write") ?? MakeStatus(repository, caller, sha, call.Body!),
            ("POST", ["check-runs"]) => LacksChecks(caller, repository) ?? MakeCheckRun(repository, call.Body!),
            ("GET", ["commits", var sha, "check-runs"]) => Lacks(caller, repository, "checks", "read") ?? ListCheckRuns(repository, sha, address),
            ("PATCH", ["check-runs", var id]) => LacksChecks(caller, repository) ?? ChangeCheckRun(repository, id, call.Body!),
            ("GET", ["issues", var number, "comments"]) => ListComments(repository, number, address),
            ("POST", ["issues", var number, "comments"]) => Lacks(caller, repository, "issues", "write") ?? MakeComment(repository, caller, number, call.Body!),
            ("PATCH", ["issues", "comments", var id]) => Lacks(caller, repository, "issues", "write") ?? ChangeComment(repository, caller, id, call.Body!),
            ("POST", ["issues", "comments", var id, "reactions"]) => Lacks(caller, repository, "issues", "write") ?? React(repository, caller, id, call.Body!),
            _ => FakeReply.Error(404, "Not Found"),
        };
    }

    private static FakeReply Moved(FakeCall call, Uri address, FakeRepository repository, string[] rest)
    {
        var query = call.Path.Contains('?', StringComparison.Ordinal) ? call.Path[call.Path.IndexOf('?', StringComparison.Ordinal)..] : "";
        var location = new Uri(address, $"{Prefix(address)}/repositories/{repository.Id}{string.Concat(rest.Select(part => "/" + Uri.EscapeDataString(part)))}{query}").AbsoluteUri;
        return new FakeReply(call.IsWrite ? 307 : 301, new JsonObject { ["message"] = "Moved Permanently", ["url"] = location, ["documentation_url"] = "https://docs.github.com/rest" })
        {
            Headers = { ["Location"] = location },
        };
    }

    private static string Prefix(Uri address) => address.AbsolutePath.StartsWith("/api/v3/", StringComparison.Ordinal) ? "/api/v3" : "";

    private static bool MayRead(Caller caller, FakeRepository repository) => caller switch
    {
        { IsApp: true } => true,
        { Token: { } token } => !repository.IsPrivate || (token.Installation == repository.Installation && token.Repositories?.Contains(repository.Id) != false),
        _ => !repository.IsPrivate || repository.Permissions.ContainsKey(caller.Login!),
    };

    private static FakeReply? Lacks(Caller caller, FakeRepository repository, string permission, string level)
    {
        var may = caller switch
        {
            { Token: { } token } => token.Installation == repository.Installation
                && token.Repositories?.Contains(repository.Id) != false
                && token.Permissions.GetValueOrDefault(permission) is { } has && (level == "read" || has == "write"),
            { Login: { } login } => permission == "issues" || repository.Permissions.GetValueOrDefault(login) is "write" or "admin",
            _ => false,
        };
        return may ? null : FakeReply.Error(403, caller.Token is null ? "Resource not accessible by personal access token" : "Resource not accessible by integration") with
        {
            Headers = new Dictionary<string, string> { ["X-Accepted-GitHub-Permissions"] = $"{permission}={level}" },
        };
    }

    // Whoever may not administer webhooks is told that there are none.
    private static FakeReply? LacksHooks(Caller caller, FakeRepository repository) =>
        caller.Login is { } login && repository.Permissions.GetValueOrDefault(login) == "admin" ? null : FakeReply.Error(404, "Not Found");

    private static FakeReply? LacksChecks(Caller caller, FakeRepository repository) =>
        caller.Token is null ? FakeReply.Error(403, "You must authenticate via a GitHub App.") : Lacks(caller, repository, "checks", "write");
}
