using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Specs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;

namespace GradientCI.Webhook.Schedules;

/// <summary>Knows what is due when, over restarts: the service's chores, and the scheduled runs of all projects.</summary>
/// <remarks>
/// Quartz keeps it in a file of its own. Quartz does not cluster over SQLite, and need not: a data folder has one service at a time, by
/// its lock, and the next one goes on with what the file says. What was due meanwhile is done once.
/// </remarks>
public sealed partial class ServiceClock : IRunSchedules
{
    private const string ChoreGroup = "chores";
    private const string SecondExpression = "/weekdays";
    private static readonly JobKey DueRuns = new("run", "schedules");

    // How long a clock that was set, or a trigger that another process added, may go unnoticed.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly ScheduleFile _file;
    private readonly ImmutableArray<Chore> _chores;
    private readonly IDueRuns _runs;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly ILogger _logger;
    private readonly Lazy<Task<IScheduler>> _scheduler;
    private readonly ClockJobs _jobs;
    private CancellationToken _leaving;

    /// <summary>Opens nothing yet: whoever uses it first does.</summary>
    /// <param name="file">Where it is kept.</param>
    /// <param name="chores">What the service does time and again.</param>
    /// <param name="runs">Told of runs that are due.</param>
    /// <param name="time">Tells what is due.</param>
    /// <param name="logs">Told what went wrong.</param>
    public ServiceClock(ScheduleFile file, ImmutableArray<Chore> chores, IDueRuns runs, TimeProvider time, ILoggerFactory logs)
    {
        (_file, _chores, _runs, _time, _logs, _logger) = (file, chores, runs, time, logs, logs.CreateLogger<ServiceClock>());
        (_scheduler, _jobs) = (new Lazy<Task<IScheduler>>(MakeAsync), new ClockJobs(this, time));
    }

    /// <summary>Runs until it is told to leave, and lets chores that run then come to their end, or be cut short.</summary>
    public async Task RunAsync(CancellationToken leaving)
    {
        var scheduler = await _scheduler.Value;
        _leaving = leaving;
        try
        {
            await scheduler.Start(leaving);
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await scheduler.Standby(CancellationToken.None);
            await _jobs.EndAsync();

            // Waiting for jobs here would be to wait for those, too, that must not end.
            await scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<ProjectId>> ListScheduledAsync(CancellationToken cancellationToken)
    {
        var keys = await (await _scheduler.Value).GetTriggerKeys(GroupMatcher<TriggerKey>.AnyGroup(), cancellationToken);
        return [.. keys.Select(key => key.Group).Distinct(StringComparer.Ordinal).Where(group => group is not (ChoreGroup or SchedulerConstants.DefaultRecoveryGroup)).Select(group => new ProjectId(group))];
    }

    /// <inheritdoc/>
    public async Task SetRunsAsync(ProjectId project, IReadOnlyDictionary<string, CronLine> schedules, CancellationToken cancellationToken)
    {
        var scheduler = await _scheduler.Value;
        var wanted = schedules.SelectMany(each => Named(each.Key, each.Value)).ToDictionary(each => new TriggerKey(each.Name, project.Value), each => each.Expression);
        foreach (var key in await scheduler.GetTriggerKeys(GroupMatcher<TriggerKey>.GroupEquals(project.Value), cancellationToken))
        {
            if (!wanted.ContainsKey(key))
            {
                await scheduler.UnscheduleJob(key, cancellationToken);
                LogRemoved(project, key.Name);
            }
        }

        var triggers = new ClockTriggers(scheduler, _time);
        foreach (var (key, expression) in wanted)
        {
            if (await triggers.PutAsync(key, DueRuns, expression, cancellationToken) is { } first)
            {
                LogSet(project, key.Name, first);
            }
        }
    }

    private static IEnumerable<(string Name, string Expression)> Named(string name, CronLine line) =>
        CronExpressions.Of(line).Select((expression, index) => (index == 0 ? name : name + SecondExpression, expression));

    private async Task<IScheduler> MakeAsync()
    {
        var builder = QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.Services.AddSingleton(_logs);
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = "gradientci";
                options.IdleWaitTime = LongestWait;
            });
            quartz.UseTimeProvider(_time);
            quartz.UseJobFactory(_jobs);
            quartz.UsePersistentStore(store => store.UseSqlite(_file.Provider, _file.Connection).ProvisionSchema());
        });
        try
        {
            var scheduler = await builder.BuildScheduler(CancellationToken.None);
            await SetChoresAsync(scheduler, CancellationToken.None);
            return scheduler;
        }
        catch (SchedulerException problem)
        {
            throw new GradientException(
                FailureKind.Environment, $"The schedules {_file.Path} cannot be used: {(problem.InnerException ?? problem).Message.TrimEnd('.')}.",
                $"Check the disk. All of it can be made again: with no service running, remove it with 'rm {_file.Path}*'.", problem);
        }
    }

    private async Task SetChoresAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        await scheduler.AddJob(Job(DueRuns).RequestRecovery().Build(), new AddJobOptions { Replace = true }, cancellationToken);
        var (triggers, wanted) = (new ClockTriggers(scheduler, _time), new HashSet<TriggerKey>());
        foreach (var chore in _chores)
        {
            var job = new JobKey(chore.Name, ChoreGroup);
            await scheduler.AddJob(Job(job).DisallowConcurrentExecution().Build(), new AddJobOptions { Replace = true }, cancellationToken);
            if (chore.Every is { } every)
            {
                wanted.Add(new TriggerKey(chore.Name, ChoreGroup));
                await triggers.PutAsync(new TriggerKey(chore.Name, ChoreGroup), job, every, cancellationToken);
            }

            foreach (var (name, expression) in chore.At is { } line ? Named(chore.Name, line) : [])
            {
                wanted.Add(new TriggerKey(name, ChoreGroup));
                await triggers.PutAsync(new TriggerKey(name, ChoreGroup), job, expression, cancellationToken);
            }
        }

        // What the last service did, and this one is not told to.
        foreach (var key in await scheduler.GetTriggerKeys(GroupMatcher<TriggerKey>.GroupEquals(ChoreGroup), cancellationToken))
        {
            if (!wanted.Contains(key))
            {
                await scheduler.UnscheduleJob(key, cancellationToken);
            }
        }
    }

    private static JobBuilder<ClockJob> Job(JobKey key) => JobBuilder.Create<ClockJob>().WithIdentity(key).StoreDurably();

    private async Task DoAsync(ClockJob job, IJobExecutionContext context)
    {
        try
        {
            await (context.JobDetail.Key.Equals(DueRuns) ? KeepAsync(job, context) : DoChoreAsync(context.JobDetail.Key.Name));
        }
        finally
        {
            _jobs.End(job);
        }
    }

    private async Task DoChoreAsync(string name)
    {
        if (_chores.FirstOrDefault(chore => chore.Name == name) is not { } chore)
        {
            return;
        }

        try
        {
            await chore.RunAsync(_leaving);
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            // The service leaves.
        }
        catch (Exception problem)
        {
            LogProblem(name, problem);
        }
    }

    private async Task KeepAsync(ClockJob job, IJobExecutionContext context)
    {
        var key = context.RecoveringTriggerKey ?? context.Trigger.Key;
        var experiment = key.Name.EndsWith(SecondExpression, StringComparison.Ordinal) ? key.Name[..^SecondExpression.Length] : key.Name;
        var due = context.ScheduledFireTimeUtc ?? context.FireTimeUtc;
        try
        {
            // Whoever leaves: to Quartz it is done when this returns.
            await _runs.KeepAsync(new ProjectId(key.Group), experiment, due, CancellationToken.None);
        }
        catch (Exception problem)
        {
            // A run that is due must not be lost to a full disk: it is tried until it is kept, or the service leaves.
            LogNotKept(key.Group, experiment, due, problem);
            await Task.Delay(LongestWait, _time, _leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_leaving.IsCancellationRequested)
            {
                throw new JobExecutionException(problem) { RefireImmediately = true };
            }

            // Quartz's file has it for begun, and needs no room for that. A job that does not end is begun again by the next service.
            LogLeft(key.Group, experiment, due);
            _jobs.Abandon(job);
            await new TaskCompletionSource().Task;
        }
    }

    /// <summary>What Quartz calls; its name is in the file.</summary>
    internal sealed class ClockJob(ServiceClock clock) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await clock.DoAsync(this, context);
    }
}
