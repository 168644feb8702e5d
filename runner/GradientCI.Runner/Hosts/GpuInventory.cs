using System.Collections.Immutable;
using System.Globalization;

namespace GradientCI.Runner.Hosts;

/// <summary>One GPU of this machine.</summary>
/// <param name="Index">As <c>nvidia-smi</c> and CUDA in bus order count it.</param>
/// <param name="Name">Its model.</param>
/// <param name="Uuid">Its identity, or empty when it was only declared.</param>
/// <param name="MemoryBytes">Its memory, or 0 when unknown.</param>
public sealed record GpuDevice(int Index, string Name, string Uuid = "", long MemoryBytes = 0);

/// <summary>The GPUs that we may use.</summary>
/// <param name="Devices">By index.</param>
/// <param name="DriverVersion">The driver's version, or empty.</param>
public sealed record GpuInventory(ImmutableArray<GpuDevice> Devices, string DriverVersion)
{
    private const long MebiByte = 1024 * 1024;
    private const int MostDeclared = 1024;

    /// <summary>No GPU.</summary>
    public static GpuInventory Empty { get; } = new([], "");

    /// <summary>GPUs that somebody says are there, from index 0, without asking the driver.</summary>
    /// <exception cref="GradientException">The number is negative or absurd.</exception>
    public static GpuInventory Declare(int count) => count is >= 0 and <= MostDeclared
        ? new([.. Enumerable.Range(0, count).Select(index => new GpuDevice(index, "declared GPU"))], "")
        : throw new GradientException(FailureKind.Usage, $"{count} is not a number of GPUs.", $"Give a number from 0 to {MostDeclared}.");

    /// <summary>Asks the driver.</summary>
    /// <param name="nvidiaSmi">Whom to ask.</param>
    /// <param name="visible">Our own <c>CUDA_VISIBLE_DEVICES</c>, which bounds what we hand on; null when it is not set.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<GpuInventory> DiscoverAsync(NvidiaSmi nvidiaSmi, string? visible, CancellationToken cancellationToken)
    {
        var rows = await nvidiaSmi.QueryAsync("index,name,uuid,memory.total,driver_version", cancellationToken);
        var devices = rows.Select(Parse).OfType<GpuDevice>().OrderBy(device => device.Index).ToImmutableArray();
        return devices.IsEmpty ? Empty : new GpuInventory(Visible(devices, visible), rows[0][^1]);
    }

    private static GpuDevice? Parse(ImmutableArray<string> row) =>
        row.Length == 5 && int.TryParse(row[0], NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new GpuDevice(index, row[1], row[2], long.TryParse(row[3], NumberStyles.None, CultureInfo.InvariantCulture, out var memory) ? memory * MebiByte : 0)
            : null;

    // As CUDA reads it: indices or beginnings of UUIDs, and the first entry that is neither hides all that follow.
    private static ImmutableArray<GpuDevice> Visible(ImmutableArray<GpuDevice> devices, string? visible)
    {
        if (visible is null)
        {
            return devices;
        }

        var chosen = visible.Split(',', StringSplitOptions.TrimEntries)
            .Select(entry => devices.FirstOrDefault(device => IsMeant(device, entry)))
            .TakeWhile(device => device is not null);
        return [.. chosen.OfType<GpuDevice>().Distinct().OrderBy(device => device.Index)];
    }

    private static bool IsMeant(GpuDevice device, string entry) =>
        int.TryParse(entry, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? device.Index == index
            : entry.StartsWith("GPU-", StringComparison.Ordinal) && device.Uuid.StartsWith(entry, StringComparison.Ordinal);
}
