using GradientCI.Experiments;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Schedules;

/// <content>What it says.</content>
public sealed partial class ServiceClock
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Experiment} of {Project} is scheduled, for the first time at {First}.")]
    private partial void LogSet(ProjectId project, string experiment, DateTimeOffset first);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Experiment} of {Project} is no longer scheduled.")]
    private partial void LogRemoved(ProjectId project, string experiment);

    [LoggerMessage(Level = LogLevel.Error, Message = "'{Chore}' came to no good end, and is done again when it is due.")]
    private partial void LogProblem(string chore, Exception problem);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Experiment} of {Project}, due at {Due}, cannot be kept now, and is tried again.")]
    private partial void LogNotKept(string project, string experiment, DateTimeOffset due, Exception problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Experiment} of {Project}, due at {Due}, is left to the next service.")]
    private partial void LogLeft(string project, string experiment, DateTimeOffset due);
}
