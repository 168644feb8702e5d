using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using GradientCI.Cli.Remote;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Cli.Tests.Remote;

/// <summary>Whoever only reads cannot fill the service's disk.</summary>
public sealed class ExportRoomTests : IDisposable
{
    private const int Patience = 120_000;
    private const int MoreThanIsOnItsWay = 32 << 20;
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly HttpClient _client = new();

    [Fact(Timeout = Patience)]
    public async Task Few_export_at_once_and_each_token_one_time()
    {
        await using var stage = await RemoteStage.SetAsync();
        var artifacts = new DataFolder(stage.Data).Artifacts(await AddRunAsync(stage));
        Directory.CreateDirectory(artifacts);
        var noise = new byte[MoreThanIsOnItsWay];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(Path.Combine(artifacts, "weights"), noise);
        var (ada, bob, eve) = (await TokenAsync(stage), await TokenAsync(stage), await TokenAsync(stage));

        // Nobody reads more than the beginning, so none of them ends.
        using var first = await ExportAsync(stage, ada);
        using var again = await ExportAsync(stage, ada);
        using var second = await ExportAsync(stage, bob);
        using var third = await ExportAsync(stage, eve);

        new[] { first, again, second, third }.Select(each => (int)each.StatusCode).ShouldBe([200, 429, 200, 503]);
        again.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
        third.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(10));
        first.Dispose();
        HttpStatusCode status;
        do
        {
            using var next = await ExportAsync(stage, eve);
            status = next.StatusCode;
        }
        while (status == HttpStatusCode.ServiceUnavailable);

        status.ShouldBe(HttpStatusCode.OK);
    }

    [FactOnSmallDisk(Timeout = Patience)]
    public async Task Nothing_is_exported_while_the_disk_has_no_more_than_its_reserve()
    {
        await using var stage = await RemoteStage.SetAsync(megabytes: 32);
        await AddRunAsync(stage);

        using var refused = await ExportAsync(stage, await TokenAsync(stage));

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(60));
        var problem = JsonNode.Parse(await refused.Content.ReadAsStringAsync())!;
        ((string)problem["detail"]!).ShouldBe("The service's disk has no more than what is kept in reserve: nothing is exported until there is room.");
        Directory.Exists(new DataFolder(stage.Data).Outgoing).ShouldBeFalse();
    }

    public void Dispose() => _client.Dispose();

    private static Task<string> TokenAsync(RemoteStage stage) => stage.AddTokenAsync(AccessScope.Read);

    private static async Task<TrialId> AddRunAsync(RemoteStage stage)
    {
        var run = await stage.Store.AddRunAsync(trials: 1);
        var trial = new TrialId(run.Id, 1);
        await stage.Store.EndAsync(await stage.Store.StartAsync(trial));
        (await stage.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon), None)).ShouldBeTrue();
        return trial;
    }

    private async Task<HttpResponseMessage> ExportAsync(RemoteStage stage, string token)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, stage.Address + CommandRequest.Path)
        {
            Content = new StringContent(new CommandRequest(["export", "digits#1"], Whereabouts.Nowhere, Screen.None).ToJson(), Encoding.UTF8, "application/json"),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
    }
}
