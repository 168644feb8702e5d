using System.Net;
using System.Text.Json.Nodes;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;

namespace GradientCI.Webhook.Tests.Api;

public sealed class PortsEndpointTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private const string Ports = "/api/v1/runs/digits-3fa2c1/digits/1/trials/1/ports";
    private ApiStage _stage = null!;
    private AttemptId _attempt;

    public async Task InitializeAsync()
    {
        _stage = await ApiStage.ServeAsync();
        var run = StoreSamples.Run();
        run = await _stage.Store.AddRunAsync(trials: 2, run with { Spec = run.Spec with { Ports = [6006, 80] } });
        _attempt = await _stage.Store.StartAsync(new TrialId(run.Id, 1));
    }

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task Whoever_may_see_the_run_gets_the_addresses_while_the_trial_runs()
    {
        var token = await _stage.AddTokenAsync();

        var ports = (await _stage.GetAsync(Ports, token))["ports"]!.AsArray();
        var waiting = await _stage.GetAsync(Ports.Replace("/1/ports", "/2/ports", StringComparison.Ordinal), token);
        await _stage.Store.EndAsync(_attempt);
        var ended = await _stage.GetAsync(Ports, token);

        ports.Select(port => (int)port!["port"]!).ShouldBe([6006, 80]);
        ((string)ports[0]!["url"]!).ShouldMatch("^https://ci\\.example\\.org/lab/runs/digits-3fa2c1/digits/1/trials/1/ports/6006/[A-Za-z0-9_-]{43}/$");
        waiting["ports"]!.AsArray().ShouldBeEmpty();
        ended["ports"]!.AsArray().ShouldBeEmpty();
    }

    [Fact(Timeout = Patience)]
    public async Task Others_get_none()
    {
        var narrow = await _stage.AddTokenAsync(AccessScope.Admin, project: "letters-1");

        using var foreign = await _stage.SendAsync(HttpMethod.Get, Ports, narrow);
        using var nobody = await _stage.SendAsync(HttpMethod.Get, Ports, token: null);

        await ApiStage.ShouldBeProblemAsync(foreign, 404);
        await ApiStage.ShouldBeProblemAsync(nobody, 401);
    }
}
