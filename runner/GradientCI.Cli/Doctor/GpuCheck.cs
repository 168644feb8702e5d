using GradientCI.Runner.Hosts;

namespace GradientCI.Cli.Doctor;

/// <summary>The GPUs that the driver knows. None is fine, unless a driver is there that does not answer.</summary>
internal sealed class GpuCheck(TimeProvider time) : IHostCheck
{
    public string Name => "gpu";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        var gpus = await GpuInventory.DiscoverAsync(new NvidiaSmi(NvidiaSmi.DefaultPath, time), null, cancellationToken);
        if (!gpus.Devices.IsEmpty)
        {
            var models = gpus.Devices.GroupBy(device => device.Name, StringComparer.Ordinal).Select(model => $"{model.Count()} × {model.Key}");
            return HostVerdict.Ok($"{string.Join(", ", models)}, driver {gpus.DriverVersion}.");
        }

        var hasDriver = Directory.Exists("/proc/driver/nvidia");
        return (hasDriver, ProgramPath.Find(NvidiaSmi.DefaultPath) is not null) switch
        {
            (true, false) => HostVerdict.Problem("The NVIDIA driver is loaded, and there is no nvidia-smi on the PATH: GPUs are not found.", "Install the driver's tools, or mend the PATH."),
            (true, true) => HostVerdict.Problem("nvidia-smi names no GPU, though its driver is loaded.", "See what nvidia-smi says; a new driver needs a reboot."),
            (false, true) => HostVerdict.Warning("nvidia-smi is there, and the driver is not loaded.", "Load it with 'modprobe nvidia', if this machine has a GPU."),
            _ => HostVerdict.Ok("None; trials run on the processor."),
        };
    }
}
