using GradientCI.Runner.Git;
using GradientCI.Testing.Git;

namespace GradientCI.Webhook.Tests.Mirrors;

public sealed class RemoteRefsTests
{
    [Fact(Timeout = 60_000)]
    public async Task Branches_tags_and_heads_of_pull_requests_are_listed_and_nothing_else()
    {
        using var server = await RemoteServer.StartAsync();
        var commit = server.Commit("Begin");
        server.Work.Git("tag", "--annotate", "--message=x", "v1");
        var tag = server.Work.Git("rev-parse", "v1").Trim();
        server.Push("main", "refs/tags/v1", "HEAD:refs/heads/a/b", "HEAD:refs/pull/7/head", "HEAD:refs/pull/7/merge", "HEAD:refs/notes/x");

        var refs = await RemoteRefs.ListAsync(server.Fetch(), default);

        refs.ShouldBe([
            KeyValuePair.Create("refs/heads/a/b", commit), KeyValuePair.Create("refs/heads/main", commit),
            KeyValuePair.Create("refs/pull/7/head", commit), KeyValuePair.Create("refs/tags/v1", tag),
        ], ignoreOrder: true);
        server.HasLeaked.ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_does_not_let_us_in_is_a_problem_that_says_no_password()
    {
        using var server = await RemoteServer.StartAsync("another");
        server.Commit("Begin");
        server.Push("main");

        var problem = await Should.ThrowAsync<GradientException>(() => RemoteRefs.ListAsync(server.Fetch(), default));

        problem.Message.ShouldStartWith($"git could not list the refs of {server.Url}");
        RemoteServer.Secrets.ShouldAllBe(secret => !problem.ToString().Contains(secret, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_repository_without_a_commit_has_none()
    {
        using var server = await RemoteServer.StartAsync();

        (await RemoteRefs.ListAsync(server.Fetch(), default)).ShouldBeEmpty();
    }
}
