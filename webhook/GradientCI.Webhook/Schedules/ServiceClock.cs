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
public sealed partial class ServiceClock
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

    /// <summary>Opens nothing yet: whoever uses it first does.</summary>
    /// <param name="file">Where it is kept.</param>
    /// <param name="chores">What the service does time and again.</param>
    /// <param name="runs">Told of runs that are due.</param>
    /// <param name="time">Tells what is due.</param>
    /// <param name="logs">Told what went wrong.</param>
    public ServiceClock(ScheduleFile file, ImmutableArray<Chore> chores, IDueRuns runs, TimeProvider time, ILoggerFactory logs)
    {
        (_file, _chores, _runs, _time, _logs, _logger) = (file, chores, runs, time, logs, logs.CreateLogger<ServiceClock>());
        _scheduler = new Lazy<Task<IScheduler>>(MakeAsync);
    }

    /// <summary>Runs until it is told to leave, and lets chores that run then come to their end, or be cut short.</summary>
    public async Task RunAsync(CancellationToken leaving)
    {
        var scheduler = await _scheduler.Value;
        try
        {
            await scheduler.Start(leaving);
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
        }
    }

    /// <summary>Sets the scheduled runs of a project, instead of those that it had; what stays as it was keeps its next time.</summary>
    /// <param name="project">Whose.</param>
    /// <param name="schedules">Cron lines by experiment.</param>
    /// <param name="cancellationToken">Gives up.</param>
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
                options.ShutdownJobInterruption = ShutdownJobInterruption.Always;
            });
            quartz.UseTimeProvider(_time);
            quartz.UseJobFactory(new ClockJobs(this));
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

    private async Task DoAsync(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var job = context.JobDetail.Key;
        try
        {
            if (job.Equals(DueRuns))
            {
                var key = context.RecoveringTriggerKey ?? context.Trigger.Key;
                var experiment = key.Name.EndsWith(SecondExpression, StringComparison.Ordinal) ? key.Name[..^SecondExpression.Length] : key.Name;

                // Whoever leaves: to Quartz it is done when this returns.
                await _runs.KeepAsync(new ProjectId(key.Group), experiment, context.ScheduledFireTimeUtc ?? context.FireTimeUtc, CancellationToken.None);
            }
            else if (_chores.FirstOrDefault(chore => chore.Name == job.Name) is { } chore)
            {
                await chore.RunAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service leaves.
        }
        catch (Exception problem) when (!job.Equals(DueRuns))
        {
            LogProblem(job.Name, problem);
        }
        catch (Exception problem)
        {
            // A run that is due must not be lost to a full disk: it is tried until it is kept, or the service leaves.
            LogProblem(job.Name, problem);
            await Task.Delay(LongestWait, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new JobExecutionException(problem) { RefireImmediately = !cancellationToken.IsCancellationRequested };
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Experiment} of {Project} is scheduled, for the first time at {First}.")]
    private partial void LogSet(ProjectId project, string experiment, DateTimeOffset first);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Experiment} of {Project} is no longer scheduled.")]
    private partial void LogRemoved(ProjectId project, string experiment);

    [LoggerMessage(Level = LogLevel.Error, Message = "'{Chore}' came to no good end, and is done again when it is due.")]
    private partial void LogProblem(string chore, Exception problem);

    /// <summary>What Quartz calls; its name is in the file.</summary>
    internal sealed class ClockJob(ServiceClock clock) : IJob
    {
        public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await clock.DoAsync(context, cancellationToken);
    }
}
