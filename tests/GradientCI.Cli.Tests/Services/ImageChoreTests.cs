using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Cli.Services;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Retention;
using GradientCI.Specs;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Engines;
using GradientCI.Webhook.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Cli.Tests.Services;

/// <summary>What the service removes of an Engine's images by the clock.</summary>
public sealed class ImageChoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => _folder.Dispose();

    [EngineFact(Timeout = 120_000)]
    public async Task Images_that_no_run_uses_go_in_their_time_and_strangers_stay()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(new DataFolder(_folder["data"]).Root, _time, default);
        await store.PutProjectAsync(StoreSamples.Project(), default);
        using var executor = new DockerExecutor(EngineAddress.Read(TestEngine.Variable), new DockerOptions(), _folder["data"], TimeProvider.System);
        var (unused, used, under) = (await MakeAsync(executor, TestEngine.Image), await MakeAsync(executor, TestEngine.Image), await MakeAsync(executor, TestEngine.Image));
        var over = await MakeAsync(executor, under);
        var foreign = await CommitAsync("gradientci-foreign/chore", TestEngine.Image);
        var named = await MakeAsync(executor, TestEngine.Image);
        await TestEngine.AskAsync(HttpMethod.Post, $"images/{named}/tag?repo=gradientci-foreign/named&tag=1");
        await RecordAsync(store, used, "");
        await RecordAsync(store, over, under);
        var chore = new ScheduledImagePruning(
            new ImagePruning(executor.Images, store), new UpkeepOptions { KeepImagesFor = TimeSpan.FromDays(30) }, _time, NullLogger<ScheduledImagePruning>.Instance);

        await chore.RunAsync(default);
        (await AreThereAsync(unused, used, under, over, foreign, named)).ShouldBe([true, true, true, true, true, true]);
        _time.Advance(TimeSpan.FromDays(31));
        await chore.RunAsync(default);

        (await AreThereAsync(unused, used, under, over, foreign, named)).ShouldBe([false, true, true, true, true, true]);
        foreach (var image in (string[])[over, used, under, foreign, named])
        {
            await TestEngine.AskAsync(HttpMethod.Delete, $"images/{image}?force=1");
        }
    }

    private static async Task<bool[]> AreThereAsync(params string[] images)
    {
        using var list = JsonDocument.Parse(await TestEngine.AskAsync(HttpMethod.Get, "images/json?all=1"));
        var there = list.RootElement.EnumerateArray().Select(image => image.GetProperty("Id").GetString()!).ToHashSet(StringComparer.Ordinal);
        return [.. images.Select(there.Contains)];
    }

    private static async Task<string> CommitAsync(string name, string image)
    {
        using var made = JsonDocument.Parse(await TestEngine.AskAsync(HttpMethod.Post, "containers/create", $$"""{"Image":"{{image}}","Cmd":["true"]}"""));
        var id = made.RootElement.GetProperty("Id").GetString();
        using var committed = JsonDocument.Parse(await TestEngine.AskAsync(HttpMethod.Post, $"commit?container={id}&repo={name}&tag=1"));
        await TestEngine.AskAsync(HttpMethod.Delete, $"containers/{id}?force=1&v=1");
        return committed.RootElement.GetProperty("Id").GetString()!;
    }

    // Open, and in its image since a moment ago: however late it is, that is in use.
    private async Task RecordAsync(SqliteExperimentStore store, string image, string under)
    {
        var run = await store.CreateRunAsync(StoreSamples.Run(), null, default);
        await store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Running, _time.GetUtcNow()) { ImageDigest = image, BaseImageDigest = under }, default);
        var recorded = await store.FindRunAsync(run.Id, default);
        recorded!.Provenance.ImageDigest.ShouldBe(image);
        recorded.Provenance.BaseImageDigest.ShouldBe(under);
    }

    private async Task<string> MakeAsync(DockerExecutor executor, string image)
    {
        using var log = new BuildLog(_folder["build.log"]);
        return await executor.SetUpAsync(
            new ImageSetup
            {
                Run = new RunId(new ProjectId("p"), "digits", 1),
                Digest = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()),
                Image = image,
                Line = "true",
                WorkingDirectory = ".",
                Environment = ImmutableSortedDictionary<string, string>.Empty,
                Resources = new ResourceSpec(),
                Files = new Dictionary<string, SetupFile>(StringComparer.Ordinal),
                WriteFilesAsync = (output, cancellationToken) => output.WriteAsync(new byte[1024], cancellationToken).AsTask(),
                Scratch = _folder["scratch"],
                Log = log,
            },
            default);
    }
}
