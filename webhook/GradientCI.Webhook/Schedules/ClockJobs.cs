using System.Collections.Concurrent;
using Quartz;
using Quartz.Extensibility;

namespace GradientCI.Webhook.Schedules;

/// <summary>Gives Quartz the one job there is, instead of one that Quartz makes by its type's name, and knows which are at work.</summary>
internal sealed class ClockJobs(ServiceClock clock, TimeProvider time) : IJobFactory
{
    // Quartz tries for ever to write down that a job is done, on a full disk too; what it did not is begun again, and then found done.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<IJob, Work> _atWork = new(ReferenceEqualityComparer.Instance);

    public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken = default)
    {
        var job = new ServiceClock.ClockJob(clock);
        _atWork[job] = new Work();
        return new(new JobScope(job));
    }

    /// <summary>Called once Quartz has written down that a job is done.</summary>
    public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken = default)
    {
        Abandon(scope.Job);
        return default;
    }

    /// <summary>A job has done what it can.</summary>
    public void End(IJob job)
    {
        if (_atWork.TryGetValue(job, out var work))
        {
            work.Ended.TrySetResult();
        }
    }

    /// <summary>A job is not waited for any more.</summary>
    public void Abandon(IJob job)
    {
        if (_atWork.TryRemove(job, out var work))
        {
            work.Ended.TrySetResult();
            work.Noted.SetResult();
        }
    }

    /// <summary>Waits until those that are at work now have ended and, for a while, until Quartz has written that down.</summary>
    public async Task EndAsync()
    {
        await Task.WhenAll(_atWork.Values.Select(work => work.Ended.Task));
        await Task.WhenAny(Task.WhenAll(_atWork.Values.Select(work => work.Noted.Task)), Task.Delay(Patience, time));
    }

    private sealed class Work
    {
        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Noted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
