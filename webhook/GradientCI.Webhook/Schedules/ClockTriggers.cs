using Quartz;

namespace GradientCI.Webhook.Schedules;

/// <summary>What fires when, as Quartz keeps it: always in UTC, and what was missed is made up for once.</summary>
internal sealed class ClockTriggers(IScheduler scheduler, TimeProvider time)
{
    /// <summary>Has a job done at the times of an expression; one that has them already keeps its next time.</summary>
    /// <returns>The first time, or null when nothing changed.</returns>
    public async Task<DateTimeOffset?> PutAsync(TriggerKey key, JobKey job, string expression, CancellationToken cancellationToken)
    {
        if (await scheduler.GetTrigger(key, cancellationToken) is ICronTrigger known && known.CronExpressionString == expression)
        {
            return null;
        }

        var schedule = CronScheduleBuilder.Create(expression).InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed);
        return await ReplaceAsync(key, job, schedule, cancellationToken);
    }

    /// <summary>Has a job done now and then after each such time, whatever the last service left.</summary>
    public Task PutAsync(TriggerKey key, JobKey job, TimeSpan every, CancellationToken cancellationToken) => ReplaceAsync(
        key, job, SimpleScheduleBuilder.Create().WithInterval(every).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.FireNow), cancellationToken);

    private async Task<DateTimeOffset?> ReplaceAsync(TriggerKey key, JobKey job, IScheduleBuilder schedule, CancellationToken cancellationToken)
    {
        var trigger = TriggerBuilder.Create(time).WithIdentity(key).ForJob(job).WithSchedule(schedule).StartNow().Build();
        return (await scheduler.ScheduleTrigger(trigger, TriggerConflict.Replace, cancellationToken)).NextFireTimeUtc;
    }
}
