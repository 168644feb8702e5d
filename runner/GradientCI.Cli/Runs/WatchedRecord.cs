using GradientCI.Runner;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>What somebody who looks on reads.</summary>
/// <param name="Data">The data folder, whose locks say who lives.</param>
/// <param name="Runs">The runs and their trials.</param>
/// <param name="Queue">What changed of them, and who drives them.</param>
/// <param name="Pauses">Whether anything starts.</param>
/// <param name="Time">The clock.</param>
internal sealed record WatchedRecord(DataFolder Data, IExperimentStore Runs, IWorkQueue Queue, IPauseSwitch Pauses, TimeProvider Time)
{
    /// <summary>That of a session.</summary>
    public static WatchedRecord Of(Session session) => new(session.Data, session.Store, session.Store, session.Store, session.Terminal.Time);
}
