using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class ImagePullTests
{
    private const int Limit = 60_000;
    private const string Image = "registry.invalid/net:1";
    private const string Begins = """{"status":"Pulling fs layer","id":"a1"}""" + "\n";

    [Fact(Timeout = Limit)]
    public async Task A_pull_that_brings_nothing_is_given_up_with_a_sentence()
    {
        await using var engine = new EngineProxy(EngineProxy.StalledPull);
        var clock = new ManualTimeProvider();
        using var executor = Executor(engine, clock);

        var pulling = executor.PrepareAsync(Image, _ => { }, CancellationToken.None);
        await engine.HearsAsync("/images/create");
        clock.Advance(TimeSpan.FromMinutes(4));
        var early = pulling.IsCompleted;
        clock.Advance(TimeSpan.FromMinutes(1));

        early.ShouldBeFalse();
        (await Should.ThrowAsync<GradientException>(() => pulling)).Message
            .ShouldBe($"The image {Image} cannot be had: pulling it brought nothing for 5 minutes, and was given up.");
    }

    [Fact(Timeout = Limit)]
    public async Task A_pull_that_stops_half_way_is_given_up_as_long_after_its_last_step()
    {
        await using var engine = new EngineProxy(request => request.Contains("/images/create", StringComparison.Ordinal) ? EngineFate.SayAndStall(Begins + Begins) : EngineProxy.StalledPull(request));
        var clock = new ManualTimeProvider();
        using var executor = Executor(engine, clock);

        var pulling = executor.PrepareAsync(Image, _ => { }, CancellationToken.None);
        await engine.HearsAsync("/images/create");
        while (!pulling.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        (await Should.ThrowAsync<GradientException>(() => pulling)).Remedy.ShouldNotBeNull().ShouldContain("docker pull");
    }

    [Fact(Timeout = Limit)]
    public async Task A_stalled_pull_can_be_cancelled()
    {
        await using var engine = new EngineProxy(EngineProxy.StalledPull);
        using var executor = Executor(engine, TimeProvider.System);
        using var enough = new CancellationTokenSource();

        var pulling = executor.PrepareAsync(Image, _ => { }, enough.Token);
        await engine.HearsAsync("/images/create");
        await enough.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => pulling);
    }

    private static DockerExecutor Executor(EngineProxy engine, TimeProvider time) =>
        new(EngineAddress.Read(engine.Variable), new DockerOptions(), "data", time);
}
