using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Output;

/// <summary>What a person sees while a run is driven: a live table on a terminal, a line per ended trial elsewhere.</summary>
internal static class Progress
{
    /// <summary>Of a run that begins.</summary>
    public static IProgressView For(Run run, Terminal terminal) => For(new RunTally(run, terminal.Time), terminal);

    /// <summary>Of a run with trials that were counted already.</summary>
    public static IProgressView For(RunTally tally, Terminal terminal) =>
        terminal.IsErrorScreen ? new LiveProgress(tally, terminal) : new PlainProgress(tally, terminal);
}

/// <summary>An observer with an end.</summary>
internal interface IProgressView : IRunObserver, IDisposable;
