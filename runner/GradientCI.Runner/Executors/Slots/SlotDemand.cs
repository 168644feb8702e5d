using System.Globalization;
using System.Runtime.InteropServices;
using GradientCI.Specs;

namespace GradientCI.Runner.Executors.Slots;

/// <summary>What a trial asks of the pool, in whole numbers.</summary>
/// <param name="Cpus">CPU slots, at least one.</param>
/// <param name="GpuShare">Millionths of each GPU, at most <see cref="WholeGpu"/>.</param>
/// <param name="GpuCount">How many GPUs.</param>
/// <param name="GpuType">Part of the GPU's model name, or null for any.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SlotDemand(int Cpus, int GpuShare, int GpuCount, string? GpuType)
{
    /// <summary>Shares are counted in millionths, so that ten tenths fill a GPU exactly.</summary>
    public const int WholeGpu = 1_000_000;

    private const int Most = 1_000_000;

    /// <exception cref="GradientException">A number makes no sense.</exception>
    public static SlotDemand From(ResourceSpec resources)
    {
        var cpus = resources.Cpus ?? 1;
        if (!(cpus is >= 0 and <= Most))
        {
            throw new GradientException(FailureKind.Usage, $"resources.cpus is {Text(cpus)}.", "Ask for a number of cores, 0.5 or 4.");
        }

        var gpus = resources.Gpus;
        if (!(gpus is >= 0 and <= Most) || (gpus > 1 && gpus != Math.Floor(gpus)))
        {
            throw new GradientException(FailureKind.Usage, $"resources.gpus is {Text(gpus)}.", "Ask for a fraction below 1, or for a whole number of GPUs.");
        }

        var share = (int)Math.Round(Math.Min(gpus, 1) * WholeGpu);
        return new SlotDemand(Math.Max(1, (int)Math.Ceiling(cpus)), share, share == 0 ? 0 : (int)Math.Ceiling(gpus), resources.GpuType);
    }

    /// <summary>Whether a GPU of this model will do.</summary>
    public bool Accepts(string model) => GpuType is null || model.Contains(GpuType, StringComparison.OrdinalIgnoreCase);

    /// <summary>As people say it: <c>2 CPU slots and 0.5 of a GPU</c>.</summary>
    public override string ToString()
    {
        var cpus = Cpus == 1 ? "1 CPU slot" : $"{Cpus} CPU slots";
        var type = GpuType is null ? "" : $" of type {GpuType}";
        return GpuCount switch
        {
            0 => cpus,
            1 when GpuShare < WholeGpu => $"{cpus} and {Text(GpuShare / (double)WholeGpu)} of a GPU{type}",
            1 => $"{cpus} and 1 GPU{type}",
            _ => $"{cpus} and {GpuCount} GPUs{type}",
        };
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
