using GradientCI.Runner.Executors.Processes;

namespace GradientCI.Runner.Tests.Executors;

public sealed class ProcessStatTests
{
    [Theory]
    [InlineData("python")]
    [InlineData("evil) R 1 2 3 (")]
    [InlineData("new\nline")]
    [InlineData("")]
    public void A_program_may_call_itself_anything(string name)
    {
        var stat = ProcessStat.Parse(42, $"42 ({name}) S 7 40 41 0 -1 4194560 1 2 3 4 10 20 30 40 20 0 1 0 123456 1000 250 18446744073709551615\n");

        stat.ShouldBe(new ProcessStat(new ProcessIdentity(42, 123456), Parent: 7, Group: 40, Session: 41, IsZombie: false, CpuTicks: 100, ResidentPages: 250));
    }

    [Theory]
    [InlineData("")]
    [InlineData("42 (x) S 1 2 3")]
    public void A_line_that_is_cut_off_is_no_process(string line) => ProcessStat.Parse(42, line).ShouldBeNull();

    [Theory]
    [InlineData("0\n", 0, null)]
    [InlineData("137\n", null, 9)]
    [InlineData("159\n", null, 31)]
    [InlineData("160\n", 160, null)]
    [InlineData("255\n", 255, null)]
    public void An_exit_record_says_code_or_signal(string record, int? code, int? signal)
    {
        using var folder = new GradientCI.Testing.TemporaryFolder();

        ExitRecord.Read(folder.Write("exit", record)).ShouldBe(new Runner.Executors.AttemptEnd(code, signal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("13")]
    [InlineData("256\n")]
    [InlineData("-1\n")]
    [InlineData("0\n0\n")]
    [InlineData("0000000000000000000000\n")]
    public void Anything_else_is_no_exit_record(string record)
    {
        using var folder = new GradientCI.Testing.TemporaryFolder();

        ExitRecord.Read(folder.Write("exit", record)).ShouldBeNull();
    }
}
