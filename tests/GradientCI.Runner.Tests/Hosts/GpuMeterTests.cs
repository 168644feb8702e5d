using GradientCI.Runner.Hosts;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Hosts;

public sealed class GpuMeterTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact(Timeout = 20_000)]
    public async Task The_first_question_is_not_waited_for_and_the_next_has_the_answer()
    {
        using var fake = FakeNvidiaSmi.Answering("0, 40, 100\n1, 80, 50\n2, [N/A], [N/A]\n");
        var meter = new GpuMeter(fake.Program(_time), _time);

        meter.Sample([0]).ShouldBeEmpty();
        await meter.WhenAnsweredAsync();

        meter.Sample([0, 1]).ShouldBe([new("system/gpu_percent", 60), new("system/gpu_memory_bytes", 150 << 20)]);
        meter.Sample([2]).ShouldBeEmpty();
        meter.Sample([7]).ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task All_attempts_share_one_question_every_few_seconds()
    {
        using var fake = FakeNvidiaSmi.Answering("0, 40, 100\n");
        var meter = new GpuMeter(fake.Program(_time), _time);
        await AskAsync();
        await AskAsync();

        fake.Answer("0, 10, 100\n");
        _time.Advance(TimeSpan.FromSeconds(4));
        await AskAsync();

        fake.Calls.Length.ShouldBe(2);
        meter.Sample([0])[0].Value.ShouldBe(10);

        Task AskAsync()
        {
            meter.Sample([0]);
            return meter.WhenAnsweredAsync();
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task A_reading_that_is_too_old_is_none()
    {
        using var fake = FakeNvidiaSmi.Answering("0, 40, 100\n");
        var meter = new GpuMeter(fake.Program(_time), _time);
        meter.Sample([0]);
        await meter.WhenAnsweredAsync();

        _time.Advance(TimeSpan.FromMinutes(1));

        meter.Sample([0]).ShouldBeEmpty();
        await meter.WhenAnsweredAsync();
    }
}
