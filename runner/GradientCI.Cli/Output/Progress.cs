using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Output;

/// <summary>What a person sees while a run is driven: a live table on a terminal, a line per ended trial elsewhere.</summary>
internal static class Progress
{
    public static IProgressView For(Run run, Terminal terminal) =>
        terminal.IsErrorScreen ? new LiveProgress(run, terminal) : new PlainProgress(new RunTally(run, terminal.Time), terminal);
}

/// <summary>An observer with an end.</summary>
internal interface IProgressView : IRunObserver, IDisposable;
