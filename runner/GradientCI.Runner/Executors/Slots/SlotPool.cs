using System.Collections.Immutable;
using GradientCI.Runner.Hosts;
using GradientCI.Specs;

namespace GradientCI.Runner.Executors.Slots;

/// <summary>Hands out this machine's CPU slots and GPUs.</summary>
/// <remarks>
/// First come, first served, without overtaking: a request for eight GPUs gets them as soon as eight are free, however
/// many small requests wait behind it. A fraction goes to the fullest GPU that still has room for it, so that others stay
/// whole. All methods may be called from any thread.
/// </remarks>
public sealed class SlotPool : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly LinkedList<Waiter> _waiters = new();
    private readonly ImmutableArray<GpuDevice> _gpus;
    private readonly int[] _gpuFree;
    private readonly int _cpus;
    private readonly GpuClaims? _claims;
    private readonly ITimer? _retry;
    private int _cpuFree;

    /// <summary>Opens a pool in which everything is free.</summary>
    /// <param name="cpuSlots">How many trials of one core may run at once, at least 1.</param>
    /// <param name="gpus">The GPUs to hand out.</param>
    /// <param name="claims">What keeps other processes from the same GPUs, or null when there are none.</param>
    /// <param name="time">For looking again at a GPU that another process had; needed with claims.</param>
    /// <exception cref="GradientException">There is not even one slot.</exception>
    public SlotPool(int cpuSlots, IEnumerable<GpuDevice> gpus, GpuClaims? claims = null, TimeProvider? time = null)
    {
        if (cpuSlots < 1)
        {
            throw new GradientException(FailureKind.Usage, $"{cpuSlots} trials at once are none.", "Allow at least 1.");
        }

        _cpus = _cpuFree = cpuSlots;
        _gpus = [.. gpus.OrderBy(gpu => gpu.Index)];
        _gpuFree = [.. _gpus.Select(_ => SlotDemand.WholeGpu)];
        _claims = claims;
        _retry = claims is null || _gpus.IsEmpty ? null : time!.CreateTimer(_ => ServeAgain(), null, LookAgain, LookAgain);
    }

    /// <summary>Waits until everything asked for is free at once, in the order of the calls.</summary>
    /// <exception cref="GradientException">It can never be free here; says what was asked and what there is.</exception>
    public Task<SlotLease> AcquireAsync(ResourceSpec resources, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var waiter = new Waiter(CheckedDemand(resources));
        lock (_lock)
        {
            waiter.Node = _waiters.AddLast(waiter);
            Serve_NeedsLock();
        }

        // Outside the lock: a token that is cancelled already calls back here and now.
        waiter.Cancellation = cancellationToken.Register(() => GiveUp(waiter, cancellationToken));
        return AwaitAsync(waiter);
    }

    /// <summary>Takes the slots and exactly these GPUs now: for what runs already, whether there is room for it or not.</summary>
    /// <param name="resources">What it asked for once.</param>
    /// <param name="gpus">The GPUs that it owns, by index; of those that this machine lacks nothing is taken.</param>
    /// <returns>
    /// The lease. What it takes beyond what is free is missing until it is given back; a GPU that another process has
    /// claimed is claimed here as soon as that lets go of it, and until then handed out by neither.
    /// </returns>
    /// <exception cref="GradientException">A number makes no sense.</exception>
    public SlotLease Reserve(ResourceSpec resources, ImmutableArray<int> gpus)
    {
        var asked = SlotDemand.From(resources);
        var demand = asked with { GpuCount = gpus.Length, GpuShare = asked.GpuShare == 0 ? SlotDemand.WholeGpu : asked.GpuShare };
        var lease = new SlotLease(this, demand, gpus);
        lock (_lock)
        {
            Book_NeedsLock(lease, -1);
            ClaimBooked_NeedsLock();
        }

        return lease;
    }

    /// <summary>How many such requests fit at once when everything is free; at least 1.</summary>
    /// <exception cref="GradientException">Not even one fits; says what was asked and what there is.</exception>
    public int MostAtOnce(ResourceSpec resources)
    {
        var demand = CheckedDemand(resources);
        var byCpu = _cpus / demand.Cpus;
        return demand.GpuCount == 0 ? byCpu : Math.Min(
            byCpu,
            _gpus.Count(gpu => demand.Accepts(gpu.Name)) * (SlotDemand.WholeGpu / demand.GpuShare) / demand.GpuCount);
    }

    /// <summary>How much is taken now.</summary>
    public SlotUse ReadUse()
    {
        lock (_lock)
        {
            var taken = _gpuFree.Sum(free => SlotDemand.WholeGpu - Math.Max(0, free));
            return new SlotUse(_cpus - _cpuFree, _cpus, (double)taken / SlotDemand.WholeGpu, _gpus.Length);
        }
    }

    /// <summary>
    /// Waits for one's turn: whoever starts something with a lease, and whoever reserves for what runs already, does it within
    /// one, so that nothing is started with what was reserved a moment ago.
    /// </summary>
    /// <returns>Ends the turn when it is disposed.</returns>
    public async Task<IDisposable> TakeTurnAsync()
    {
        await _turn.WaitAsync();
        return new Turn(_turn);
    }

    internal bool IsOverbooked(SlotLease lease)
    {
        lock (_lock)
        {
            return _cpuFree < 0 || _gpus.Zip(_gpuFree).Any(pair => pair.Second < 0 && lease.Gpus.Contains(pair.First.Index));
        }
    }

    internal void Release(SlotLease lease)
    {
        lock (_lock)
        {
            Book_NeedsLock(lease, +1);
            foreach (var (gpu, _) in _gpus.Zip(_gpuFree).Where(pair => pair.Second == SlotDemand.WholeGpu))
            {
                _claims?.Release(gpu.Index);
            }

            Serve_NeedsLock();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _retry?.Dispose();
        _turn.Dispose();
    }

    private void ServeAgain()
    {
        lock (_lock)
        {
            ClaimBooked_NeedsLock();
            Serve_NeedsLock();
        }
    }

    private static async Task<SlotLease> AwaitAsync(Waiter waiter)
    {
        try
        {
            return await waiter.Lease.Task;
        }
        finally
        {
            await waiter.Cancellation.DisposeAsync();
        }
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (waiter.Lease.TrySetCanceled(cancellationToken))
            {
                _waiters.Remove(waiter.Node!);
                Serve_NeedsLock();
            }
        }
    }

    private void Serve_NeedsLock()
    {
        while (_waiters.First is { } first && Take_NeedsLock(first.Value.Demand) is { } lease)
        {
            _waiters.RemoveFirst();
            first.Value.Lease.SetResult(lease);
        }
    }

    private SlotLease? Take_NeedsLock(SlotDemand demand)
    {
        if (_cpuFree < demand.Cpus)
        {
            return null;
        }

        // The fullest that still fits comes first, and of equally full ones the lowest index. Only as many are claimed
        // as are needed, and none is kept for a request that has to wait.
        var chosen = Enumerable.Range(0, _gpus.Length)
            .Where(at => demand.Accepts(_gpus[at].Name) && _gpuFree[at] >= demand.GpuShare)
            .OrderBy(at => _gpuFree[at])
            .ThenBy(at => at)
            .Where(at => demand.GpuCount > 0 && (_claims?.TryClaim(_gpus[at].Index) ?? true))
            .Take(demand.GpuCount)
            .ToArray();
        Array.Sort(chosen);
        if (chosen.Length < demand.GpuCount)
        {
            foreach (var at in chosen.Where(at => _gpuFree[at] == SlotDemand.WholeGpu))
            {
                _claims?.Release(_gpus[at].Index);
            }

            return null;
        }

        var lease = new SlotLease(this, demand, [.. chosen.Select(at => _gpus[at].Index)]);
        Book_NeedsLock(lease, -1);
        return lease;
    }

    private void Book_NeedsLock(SlotLease lease, int sign)
    {
        _cpuFree += sign * lease.Demand.Cpus;
        for (var at = 0; at < _gpus.Length; at++)
        {
            _gpuFree[at] += lease.Gpus.Contains(_gpus[at].Index) ? sign * lease.Demand.GpuShare : 0;
        }
    }

    // Whoever handed out a GPU that is booked here may have died since.
    private void ClaimBooked_NeedsLock()
    {
        foreach (var (gpu, _) in _gpus.Zip(_gpuFree).Where(pair => pair.Second < SlotDemand.WholeGpu))
        {
            _ = _claims?.TryClaim(gpu.Index);
        }
    }

    private SlotDemand CheckedDemand(ResourceSpec resources)
    {
        var demand = SlotDemand.From(resources);
        return demand.Cpus <= _cpus && demand.GpuCount <= _gpus.Count(gpu => demand.Accepts(gpu.Name))
            ? demand
            : throw new GradientException(
                FailureKind.Usage,
                $"A trial asks for {demand}, and this machine has {_cpus} CPU slots and {Describe(_gpus)}.",
                "Ask for less under 'resources', or declare more with --parallel and --gpus.");
    }

    private static string Describe(ImmutableArray<GpuDevice> gpus) => gpus.IsEmpty
        ? "no GPU"
        : $"{gpus.Length} GPUs ({string.Join(", ", gpus.CountBy(gpu => gpu.Name).Select(model => $"{model.Value} × {model.Key}"))})";

    private sealed record Turn(SemaphoreSlim Semaphore) : IDisposable
    {
        public void Dispose() => Semaphore.Release();
    }

    private sealed class Waiter(SlotDemand demand)
    {
        public SlotDemand Demand => demand;

        public TaskCompletionSource<SlotLease> Lease { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }

        public CancellationTokenRegistration Cancellation { get; set; }
    }
}
