using System.Collections.Immutable;

namespace GradientCI.Runner.Executors.Slots;

/// <summary>The CPU slots and GPUs that a trial owns until the lease is disposed.</summary>
public sealed class SlotLease : IDisposable
{
    private SlotPool? _pool;

    internal SlotLease(SlotPool pool, SlotDemand demand, ImmutableArray<int> gpus)
    {
        _pool = pool;
        Demand = demand;
        Gpus = gpus;
    }

    /// <summary>The GPUs by index; one that is shared with other trials included.</summary>
    public ImmutableArray<int> Gpus { get; }

    /// <summary>
    /// Whether more was reserved meanwhile than there is of what it holds, for trials that run already: then nothing may be
    /// started with it. To be looked at in one's <see cref="SlotPool.TakeTurnAsync">turn</see>.
    /// </summary>
    public bool IsContested => _pool?.IsOverbooked(this) ?? true;

    internal SlotDemand Demand { get; }

    /// <summary>Gives everything back; a second time does nothing.</summary>
    public void Dispose() => Interlocked.Exchange(ref _pool, null)?.Release(this);
}
