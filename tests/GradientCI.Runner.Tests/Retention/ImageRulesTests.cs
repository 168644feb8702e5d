using GradientCI.Experiments;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Retention;
using GradientCI.Testing.Contracts;

namespace GradientCI.Runner.Tests.Retention;

public sealed class ImageRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_no_run_has_used_for_long_goes_the_longest_unused_first()
    {
        EngineImage[] images = [Image("a", 90), Image("b", 90), Image("c", 90), Image("d", 5)];
        Run[] runs = [Used("a", 40), Used("a", 80), Used("b", 3)];

        ImageRules.Expendable(images, runs, Now.AddDays(-30)).Select(image => image.Id).ShouldBe(["c", "a"]);
    }

    [Fact]
    public void What_an_open_run_has_or_names_stays()
    {
        EngineImage[] images = [Image("a", 90), Image("b", 90) with { Names = ["python:latest"] }, Image("c", 90)];
        var queued = Used("", 60) with { State = RunState.Queued };
        Run[] runs = [Used("a", 60) with { State = RunState.Running, EndedAt = null }, queued with { Spec = queued.Spec with { Image = "python" } }];

        ImageRules.Expendable(images, runs, Now.AddDays(-30)).Select(image => image.Id).ShouldBe(["c"]);
    }

    private static EngineImage Image(string id, int days) => new(id, [$"{id}:1"], 1, Now.AddDays(-days));

    private static Run Used(string digest, int daysAgo) => StoreSamples.Run() with
    {
        State = RunState.Finished, CreatedAt = Now.AddDays(-daysAgo), EndedAt = Now.AddDays(-daysAgo), Provenance = new Provenance { ImageDigest = digest },
    };
}
