using System.Reflection;
using System.Runtime.InteropServices;
using GradientCI.Experiments;

namespace GradientCI.Runner.Hosts;

/// <summary>What a run notes down about its machine.</summary>
public static class HostFacts
{
    /// <summary>Reads them; what cannot be read stays empty. The version of git is left to whoever knows it.</summary>
    public static async Task<Provenance> ReadAsync(GpuInventory gpus, CancellationToken cancellationToken)
    {
        var release = await ReadLinesAsync("/etc/os-release", cancellationToken);
        var kernel = await ReadLinesAsync("/proc/sys/kernel/osrelease", cancellationToken);
        var processors = await ReadLinesAsync("/proc/cpuinfo", cancellationToken);
        var system = Value(release, "PRETTY_NAME", '=') ?? RuntimeInformation.OSDescription;
        var model = Value(processors, "model name", ':') ?? RuntimeInformation.ProcessArchitecture.ToString();
        return new Provenance
        {
            Host = Environment.MachineName,
            OperatingSystem = kernel.Length > 0 ? $"{system}, Linux {kernel[0]}" : system,
            Cpu = $"{model} × {Environment.ProcessorCount}",
            MemoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            Gpus = [.. gpus.Devices.Select(device => device.Name)],
            GpuDriver = gpus.DriverVersion,
            RuntimeVersion = Environment.Version.ToString(),
            ProductVersion = typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        };
    }

    private static string? Value(string[] lines, string name, char separator) => lines
        .Select(line => line.Split(separator, 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(pair => pair.Length == 2 && pair[0] == name)?[1].Trim('"');

    private static async Task<string[]> ReadLinesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllLinesAsync(path, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
