using System.Runtime.InteropServices;

namespace GradientCI.Runner.Executors.Slots;

/// <summary>How much of a machine is taken.</summary>
/// <param name="CpusInUse">CPU slots that are taken; more than there are when others left trials behind.</param>
/// <param name="Cpus">All CPU slots.</param>
/// <param name="GpusInUse">GPUs that are taken, in parts of one.</param>
/// <param name="Gpus">All GPUs.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SlotUse(int CpusInUse, int Cpus, double GpusInUse, int Gpus);
