using GradientCI.Runner.Hosts;

namespace GradientCI.Runner.Tests.Hosts;

public sealed class GpuInventoryTests
{
    private const string TwoGpus = """
        0, NVIDIA A100-SXM4-80GB, GPU-11111111-aaaa, 81920, 550.54.15
        1, NVIDIA A100-SXM4-80GB, GPU-22222222-bbbb, 81920, 550.54.15

        """;

    [Fact(Timeout = 20_000)]
    public async Task The_driver_is_asked_for_models_memory_and_version()
    {
        using var fake = FakeNvidiaSmi.Answering(TwoGpus);

        var inventory = await GpuInventory.DiscoverAsync(fake.Program(TimeProvider.System), null, CancellationToken.None);

        inventory.DriverVersion.ShouldBe("550.54.15");
        inventory.Devices.ShouldBe(
        [
            new GpuDevice(0, "NVIDIA A100-SXM4-80GB", "GPU-11111111-aaaa", 81920L << 20),
            new GpuDevice(1, "NVIDIA A100-SXM4-80GB", "GPU-22222222-bbbb", 81920L << 20),
        ]);
        fake.Calls.ShouldBe(["--query-gpu=index,name,uuid,memory.total,driver_version --format=csv,noheader,nounits"]);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("", "")]
    [InlineData("1", "1")]
    [InlineData("1,0", "0,1")]
    [InlineData(" 0 , 0 ", "0")]
    [InlineData("GPU-2222", "1")]
    [InlineData("-1", "")]
    [InlineData("0,7,1", "0")]
    [InlineData("NoDevFiles", "")]
    public async Task What_is_hidden_from_us_is_not_handed_on(string visible, string indices)
    {
        using var fake = FakeNvidiaSmi.Answering(TwoGpus);

        var inventory = await GpuInventory.DiscoverAsync(fake.Program(TimeProvider.System), visible, CancellationToken.None);

        string.Join(',', inventory.Devices.Select(device => device.Index)).ShouldBe(indices);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("echo 'NVIDIA-SMI has failed because it could not communicate with the driver.'; exit 9")]
    [InlineData("echo 'No devices were found'")]
    [InlineData("head -c 10000000 /dev/zero; exit 1")]
    [InlineData("kill -9 $$")]
    public async Task A_driver_that_does_not_answer_means_no_GPU(string script)
    {
        using var fake = new FakeNvidiaSmi(script);

        var inventory = await GpuInventory.DiscoverAsync(fake.Program(TimeProvider.System), null, CancellationToken.None);

        inventory.Devices.ShouldBeEmpty();
        inventory.DriverVersion.ShouldBeEmpty();
    }

    [Fact(Timeout = 20_000)]
    public async Task A_machine_without_the_program_has_no_GPU()
    {
        var inventory = await GpuInventory.DiscoverAsync(new NvidiaSmi("/no/such/nvidia-smi", TimeProvider.System), null, CancellationToken.None);

        inventory.ShouldBe(GpuInventory.Empty);
    }

    [Fact]
    public void Declared_GPUs_need_no_driver()
    {
        GpuInventory.Declare(2).Devices.Select(device => device.Index).ShouldBe([0, 1]);

        Should.Throw<GradientException>(() => GpuInventory.Declare(-1)).Kind.ShouldBe(FailureKind.Usage);
    }
}
