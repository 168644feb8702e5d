using System.Net;
using System.Text.Json.Nodes;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;

namespace GradientCI.Webhook.Tests.Api;

public sealed class AuditEndpointTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private const string Audit = "/api/v1/audit";
    private ApiStage _stage = null!;

    public async Task InitializeAsync()
    {
        _stage = await ApiStage.ServeAsync();
        var run = await _stage.Store.AddRunAsync(trials: 1);
        foreach (var hour in Enumerable.Range(0, 3))
        {
            await _stage.Store.PinRunAsync(run.Id, isPinned: true, StoreSamples.Ada with { At = StoreSamples.Noon.AddHours(hour), Detail = $"{hour}" }, CancellationToken.None);
        }
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task Whoever_keeps_the_service_reads_page_by_page_who_did_what()
    {
        var token = await _stage.AddTokenAsync(AccessScope.Admin);

        var first = await _stage.GetAsync($"{Audit}?since=2025-01-01T00:00:00Z&limit=3", token);
        var second = await _stage.GetAsync($"{Audit}?limit=3&cursor={(string)first["next"]!}", token);

        // The token itself was made by somebody, too.
        first["entries"]!.AsArray().Concat(second["entries"]!.AsArray()).Select(entry => $"{(string)entry!["action"]!} {(string)entry["detail"]!}".TrimEnd())
            .ShouldBe(["pinned 2", "pinned 1", "pinned 0", "token-made admin"], ignoreOrder: true);
        second["next"].ShouldBeNull();
        var entry = first["entries"]!.AsArray().First(each => (string)each!["detail"]! == "2")!;
        JsonNode.DeepEquals(entry, JsonNode.Parse($$"""
            {"at": "{{StoreSamples.Noon.AddHours(2).UtcDateTime:yyyy-MM-ddTHH:mm:ss.fff}}Z", "who": "ada@box", "action": "pinned", "subject": "digits-3fa2c1/digits#1", "detail": "2"}
            """)).ShouldBeTrue(entry.ToJsonString());
    }

    [Theory(Timeout = Patience)]
    [InlineData("cursor=1")]
    [InlineData("cursor=-1-1")]
    [InlineData("cursor=99999999999999999-1")]
    [InlineData("cursor=1-99999999999999999999")]
    [InlineData("since=yesterday")]
    [InlineData("since=0001-01-01")]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("project=digits")]
    public async Task What_is_no_page_is_a_mistake(string query)
    {
        using var answer = await _stage.SendAsync(HttpMethod.Get, $"{Audit}?{query}", await _stage.AddTokenAsync(AccessScope.Admin));

        await ApiStage.ShouldBeProblemAsync(answer, 400);
    }

    [Fact(Timeout = Patience)]
    public async Task Others_read_nothing()
    {
        using var runner = await _stage.SendAsync(HttpMethod.Get, Audit, await _stage.AddTokenAsync(AccessScope.Run));
        using var confined = await _stage.SendAsync(HttpMethod.Get, Audit, await _stage.AddTokenAsync(AccessScope.Admin, project: "digits-3fa2c1"));
        using var nobody = await _stage.SendAsync(HttpMethod.Get, Audit, token: null);

        await ApiStage.ShouldBeProblemAsync(runner, 403);
        await ApiStage.ShouldBeProblemAsync(confined, 403);
        await ApiStage.ShouldBeProblemAsync(nobody, 401);
    }

    [Fact(Timeout = Patience)]
    public async Task The_list_of_projects_says_that_trials_are_kept_from_starting()
    {
        var token = await _stage.AddTokenAsync();
        var before = await _stage.GetAsync("/api/v1/projects", token);

        await _stage.Store.PauseAsync(new Pause(StoreSamples.Noon, "ada@box", "a new disk"), CancellationToken.None);
        var paused = (await _stage.GetAsync("/api/v1/projects", token))["paused"]!;

        before["paused"].ShouldBeNull();
        ((string)paused["by"]!, (string)paused["reason"]!).ShouldBe(("ada@box", "a new disk"));
    }
}
