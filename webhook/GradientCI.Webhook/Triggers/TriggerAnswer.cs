using System.Text;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>What the person who pushed is told, whatever was pushed: bounded, and without a stranger's control characters.</summary>
/// <remarks>
/// For the hook each line is <c>say TEXT</c> or <c>run ID</c>, and the last one is <c>end</c>. The whole fits into the
/// room that a pipe has, so that writing never waits.
/// </remarks>
internal sealed class PushAnswer
{
    private const int MostLines = 40;
    private const int MostRuns = 20;
    private const int Width = 400;

    private readonly List<string> _lines = [];
    private readonly List<RunId> _runs = [];
    private int _linesLeft;

    /// <summary>The runs, in the order in which they were recorded.</summary>
    public IReadOnlyList<RunId> Runs => _runs;

    /// <summary>Adds a line; one that is there already says nothing new.</summary>
    public void Say(string text)
    {
        var line = PlainText.Of(text, Width);
        if (_lines.Contains(line, StringComparer.Ordinal))
        {
            return;
        }

        if (_lines.Count < MostLines)
        {
            _lines.Add(line);
        }
        else
        {
            _linesLeft++;
        }
    }

    /// <summary>Says what went wrong and what to do.</summary>
    public void Say(GradientException problem) => Say($"{problem.Message} {problem.Remedy}");

    /// <summary>Tells of a run.</summary>
    public void Say(Run run, string repository)
    {
        _runs.Add(run.Id);
        if (_runs.Count <= MostRuns)
        {
            Say($"{run.Id} {(run.State == RunState.Queued ? "queued" : "is " + run.State.ToString().ToLowerInvariant())} for {run.Commit.RefName} at {run.Commit.Sha.Short} (see: gradientci show {run.Id} --repo {ShellWord.Show(repository)})");
        }
    }

    /// <summary>As the hook reads it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var line in _lines)
        {
            text.Append("say ").Append(line).Append('\n');
        }

        if (_runs.Count > MostRuns)
        {
            text.Append($"say … and {_runs.Count - MostRuns:N0} more runs; list them with gradientci list\n");
        }

        if (_linesLeft > 0)
        {
            text.Append($"say … and {_linesLeft:N0} more lines like these\n");
        }

        foreach (var run in _runs.Take(MostRuns))
        {
            text.Append("run ").Append(run).Append('\n');
        }

        return text.Append("end\n").ToString();
    }
}
