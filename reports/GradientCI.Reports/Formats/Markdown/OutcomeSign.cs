namespace GradientCI.Reports.Formats.Markdown;

/// <summary>How a run stands, as a picture.</summary>
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
}
