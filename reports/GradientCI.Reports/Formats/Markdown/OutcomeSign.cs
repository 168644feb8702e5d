using GradientCI.Experiments;

namespace GradientCI.Reports.Formats.Markdown;

/// <summary>How a run stands, as a picture and as a word.</summary>
internal static class OutcomeSign
{
    public static MarkdownText Of(Outcome outcome) => new(outcome switch
    {
        Outcome.Passed => "✅",
        Outcome.Failed => "❌",
        Outcome.Cancelled => "⏹️",
        Outcome.Errored => "⚠️",
        _ => "⏳",
    });

    /// <summary>By what the run itself recorded, without its trials.</summary>
    public static Outcome Of(Run run) => run.State switch
    {
        RunState.Queued => Outcome.Queued,
        RunState.Running => Outcome.Running,
        RunState.Cancelled => Outcome.Cancelled,
        RunState.Errored => Outcome.Errored,
        _ => run.Passed == true ? Outcome.Passed : Outcome.Failed,
    };
}
