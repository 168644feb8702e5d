using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing.Git;
using GradientCI.Testing.GitHub;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.GitHub;
using GradientCI.Webhook.Reconciliation;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Reconciliation;

/// <summary>What looking every five minutes costs of the hour's calls.</summary>
public sealed class CallBudgetTests
{
    private const string Api = "http://127.0.0.1:1";
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    [Fact(Timeout = 120_000)]
    public async Task With_a_token_looking_at_refs_costs_no_call()
    {
        using var folder = new TemporaryFolder();
        using var server = await RemoteServer.StartAsync();
        var clock = new ManualTimeProvider();
        var github = new FakeGitHub(clock);
        github.AddPerson("alice", RemoteServer.Token);
        using var forge = new GitHubForge(new GitHubOptions { ApiUrl = Api, Token = RemoteServer.Token }, github.Handler(), clock);

        await LookForAnHourAsync(folder, server, github, forge, clock);

        github.Calls.ShouldBeEmpty();
    }

    [Fact(Timeout = 120_000)]
    public async Task As_an_app_it_costs_the_making_of_one_token_for_all_repositories_of_an_installation()
    {
        using var folder = new TemporaryFolder();
        using var server = await RemoteServer.StartAsync(token: "");
        using var app = new FakeApp();
        var clock = new ManualTimeProvider();
        var github = new FakeGitHub(clock) { App = app };
        File.WriteAllText(folder["app.pem"], app.PrivateKeyPem);
        using var forge = new GitHubForge(new GitHubOptions { ApiUrl = Api, ClientId = app.ClientId, PrivateKeyFile = folder["app.pem"] }, github.Handler(), clock);

        await LookForAnHourAsync(folder, server, github, forge, clock);

        github.Calls.ShouldHaveSingleItem().Path.ShouldBe("/app/installations/42/access_tokens");
    }

    /// <summary>Eleven looks at two repositories, from the first minute to the fiftieth: a token is remade five minutes before its hour is over.</summary>
    private static async Task LookForAnHourAsync(TemporaryFolder folder, RemoteServer server, FakeGitHub github, GitHubForge forge, ManualTimeProvider clock)
    {
        server.Commit("Begin");
        server.Push("main");
        var data = new DataFolder(folder["data"]);
        await using var store = await SqliteExperimentStore.OpenAsync(data.Root, clock, default);
        foreach (var name in (string[])["digits", "letters"])
        {
            var repository = github.AddRepository("ada", name);
            (repository.CloneUrl, repository.Installation) = (server.Url, 42);
            var stored = repository.ToStored(new ProjectId($"{name}-000000"));
            await store.PutRepositoryAsync(new Project(stored.Project, name, data.Mirror(stored.Project)), stored, default);
        }

        var watch = new HeadWatch(data, forge, store, store, store, clock, NullLogger<HeadWatch>.Instance);

        for (var look = 0; look < 11; look++)
        {
            await watch.LookAsync(default);
            clock.Advance(Interval);
        }

        (await store.ReadHeadsAsync(new ProjectId("letters-000000"), default)).LookedAt.ShouldBe(clock.GetUtcNow() - Interval);
    }
}
