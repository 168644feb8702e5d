using GradientCI.Comparisons;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Ingestion;
using GradientCI.Specs;

namespace GradientCI.Runner.Orchestration;

/// <summary>What an attempt's end counts as, with a sentence for the report.</summary>
internal sealed record AttemptVerdict(AttemptOutcome Outcome, TrialState State, int? ExitCode, string Reason)
{
    private const int LastLines = 20;
    private const int LineLength = 200;

    /// <summary>Judges an end.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="stopped">Why we stopped it, or null.</param>
    /// <param name="reason">Why, in words, unless it was its time limit.</param>
    /// <param name="spec">The experiment.</param>
    /// <param name="logPath">Its log, whose last line often says what happened.</param>
    public static AttemptVerdict Of(AttemptEnd end, AttemptOutcome? stopped, string reason, ExperimentSpec spec, string logPath) => (end, stopped) switch
    {
        ({ HasBegun: false }, null) => new(AttemptOutcome.NotStarted, TrialState.Queued, null, ""),
        (_, AttemptOutcome.TimedOut) =>
            new(AttemptOutcome.TimedOut, TrialState.TimedOut, end.ExitCode, $"Stopped at its time limit of {ValueText.Duration(spec.Timeout ?? TimeSpan.Zero)}."),
        (_, AttemptOutcome.Pruned) => new(AttemptOutcome.Pruned, TrialState.Pruned, end.ExitCode, reason),
        (_, AttemptOutcome.Failed) => new(AttemptOutcome.Failed, TrialState.Failed, end.ExitCode, reason),
        (_, AttemptOutcome.Cancelled) => new(AttemptOutcome.Cancelled, TrialState.Cancelled, end.ExitCode, reason),
        ({ StartProblem: { } problem }, _) => new(AttemptOutcome.NotStarted, TrialState.Failed, end.ExitCode, problem),
        ({ IsOutOfMemory: true }, _) =>
            new(AttemptOutcome.OutOfMemory, TrialState.Failed, end.ExitCode, "Killed by the kernel: out of memory."),
        ({ Signal: { } signal }, _) =>
            new(AttemptOutcome.Failed, TrialState.Failed, null, WithLastLine($"Killed by signal {signal}", logPath)),
        ({ ExitCode: 0 }, _) => new(AttemptOutcome.Succeeded, TrialState.Succeeded, 0, ""),
        ({ ExitCode: { } code }, _) =>
            new(AttemptOutcome.Failed, TrialState.Failed, code, WithLastLine($"Exit code {code}", logPath)),
        _ => new(AttemptOutcome.Lost, TrialState.Lost, null, "Vanished without an exit code: the machine or its process was killed."),
    };

    // Training code says last what went wrong; a person should not have to open the log for that.
    private static string WithLastLine(string what, string logPath)
    {
        var line = LogReader.ReadLastLines(logPath, LastLines).LastOrDefault(each => !string.IsNullOrWhiteSpace(each))?.Trim() ?? "";
        return line.Length == 0 ? $"{what}." : $"{what}: {(line.Length <= LineLength ? line : string.Concat(line.AsSpan(0, LineLength), "…"))}";
    }
}
