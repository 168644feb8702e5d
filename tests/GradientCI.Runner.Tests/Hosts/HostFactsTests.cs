using GradientCI.Runner.Hosts;

namespace GradientCI.Runner.Tests.Hosts;

public sealed class HostFactsTests
{
    [Fact(Timeout = 20_000)]
    public async Task The_machine_and_the_programs_are_noted()
    {
        var gpus = new GpuInventory([new GpuDevice(0, "NVIDIA T4"), new GpuDevice(1, "NVIDIA A100")], "550.54");

        var facts = await HostFacts.ReadAsync(gpus, CancellationToken.None);

        facts.Host.ShouldBe(Environment.MachineName);
        facts.OperatingSystem.ShouldContain("Linux");
        facts.Cpu.ShouldEndWith($" × {Environment.ProcessorCount}");
        facts.MemoryBytes.ShouldBeGreaterThan(0);
        facts.Gpus.ShouldBe(["NVIDIA T4", "NVIDIA A100"]);
        facts.GpuDriver.ShouldBe("550.54");
        facts.RuntimeVersion.ShouldStartWith("10.");
        facts.ProductVersion.ShouldStartWith("0.1.0");
        facts.GitVersion.ShouldBeEmpty();
    }
}
