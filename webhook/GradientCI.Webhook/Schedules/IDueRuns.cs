using GradientCI.Experiments;

namespace GradientCI.Webhook.Schedules;

/// <summary>Hears that a scheduled run is due.</summary>
public interface IDueRuns
{
    /// <summary>Keeps that a run is due; twice for the same minute is once.</summary>
    /// <param name="project">Whose.</param>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="due">Since when.</param>
    /// <param name="cancellationToken">Gives up before anything is kept.</param>
    Task KeepAsync(ProjectId project, string experiment, DateTimeOffset due, CancellationToken cancellationToken);
}
