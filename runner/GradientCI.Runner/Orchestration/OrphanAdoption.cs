using GradientCI.Experiments;
using GradientCI.Runner.Executors.Slots;
using GradientCI.Runner.Secrets;

namespace GradientCI.Runner.Orchestration;

/// <summary>Takes over the attempts of dead workers and drives them to their end, beside the run's own lanes.</summary>
/// <param name="run">The run.</param>
/// <param name="sweep">Hears of their end.</param>
/// <param name="bench">What they are driven with.</param>
/// <param name="end">Stops them.</param>
/// <param name="leaving">Cancelled when this process ends and they shall live on.</param>
internal sealed class OrphanAdoption(Run run, Sweep sweep, Workbench bench, StopSignal end, CancellationToken leaving)
{
    private readonly List<Task> _adopted = [];

    /// <summary>Goes on with what an earlier driving of the run left behind in this process.</summary>
    public async Task BeginAsync()
    {
        using var turn = await bench.Slots.TakeTurnAsync();
        foreach (var trial in sweep.LeftBehind)
        {
            Adopt(trial, Reserve(trial));
        }
    }

    /// <summary>Takes over those that there are now; does not wait for their end.</summary>
    public async Task LookAsync()
    {
        foreach (var orphan in await bench.Queue.ListOrphansAsync(run.Id, bench.Worker, CancellationToken.None))
        {
            // Reserved first: from the moment that an attempt is ours the store lets us give its GPUs to others of ours.
            using var turn = await bench.Slots.TakeTurnAsync();
            var lease = Reserve(orphan);
            var attempt = orphan.Attempts[^1];
            if (await bench.Queue.TakeOverAsync(attempt.Id, bench.Worker, CancellationToken.None))
            {
                bench.Observer.TrialAdopted(orphan, attempt.Worker);
                Adopt(orphan with { Attempts = orphan.Attempts.SetItem(orphan.Attempts.Length - 1, attempt with { Worker = bench.Worker }) }, lease);
            }
            else
            {
                lease.Dispose();
            }
        }
    }

    /// <summary>Waits for the end of all of them.</summary>
    /// <exception cref="GradientException">One could not be driven on.</exception>
    public Task WhenEndedAsync() => Task.WhenAll(_adopted);

    private SlotLease Reserve(Trial trial) => bench.Slots.Reserve(run.Spec.Resources, trial.Attempts[^1].Gpus);

    private void Adopt(Trial orphan, SlotLease lease) => _adopted.Add(DriveAsync(orphan, lease));

    private async Task DriveAsync(Trial orphan, SlotLease lease)
    {
        using var held = lease;
        try
        {
            await sweep.RecordAsync(await new AttemptDriver(run, orphan, RunSecrets.None, sweep, bench, end, leaving).AdoptAsync());
        }
        catch (AttemptLostException)
        {
            // Taken over once more: by a worker that thought us dead. It drives the attempt on.
            bench.Observer.TrialLost(orphan.Id);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // The next worker adopts it.
        }
        catch (Exception problem)
        {
            end.Ask($"The run broke off: {problem.Message}");
            throw;
        }
    }
}
