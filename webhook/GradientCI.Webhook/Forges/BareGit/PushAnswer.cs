using System.Text;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>An answer as the hook reads it.</summary>
/// <remarks>
/// Each line is <c>say TEXT</c> or <c>run ID</c>, and the last one is <c>end</c>. The whole fits into the room that a pipe
/// has, so that writing never waits.
/// </remarks>
internal static class PushAnswer
{
    /// <summary>An answer that shows how to look at its runs from elsewhere.</summary>
    /// <param name="repository">The repository's location.</param>
    public static TriggerAnswer About(string repository) => new() { Hint = run => $" (see: gradientci show {run} --repo {ShellWord.Show(repository)})" };

    /// <summary>Writes an answer.</summary>
    public static string Write(TriggerAnswer answer)
    {
        var text = new StringBuilder();
        foreach (var line in answer.Lines)
        {
            text.Append("say ").Append(line).Append('\n');
        }

        if (answer.Runs.Count > TriggerAnswer.MostRuns)
        {
            text.Append($"say … and {answer.Runs.Count - TriggerAnswer.MostRuns:N0} more runs; list them with gradientci list\n");
        }

        if (answer.LinesLeft > 0)
        {
            text.Append($"say … and {answer.LinesLeft:N0} more lines like these\n");
        }

        foreach (var run in answer.Runs.Take(TriggerAnswer.MostRuns))
        {
            text.Append("run ").Append(run).Append('\n');
        }

        return text.Append("end\n").ToString();
    }
}
