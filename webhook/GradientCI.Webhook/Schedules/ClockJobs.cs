using Quartz;
using Quartz.Extensibility;

namespace GradientCI.Webhook.Schedules;

/// <summary>Gives Quartz the one job there is, instead of one that Quartz makes by its type's name.</summary>
internal sealed class ClockJobs(ServiceClock clock) : IJobFactory
{
    public ValueTask<JobScope> CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancellationToken = default) =>
        new(new JobScope(new ServiceClock.ClockJob(clock)));

    public ValueTask ReturnJob(JobScope scope, CancellationToken cancellationToken = default) => default;
}
