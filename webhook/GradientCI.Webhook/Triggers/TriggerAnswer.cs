using GradientCI.Experiments;
using GradientCI.Reports.Analysis;

namespace GradientCI.Webhook.Triggers;

/// <summary>What became of something that may start runs, in sentences: bounded, and without a stranger's control characters.</summary>
/// <remarks>Nothing is said twice. Only the first runs get a line of their own.</remarks>
internal sealed class TriggerAnswer
{
    /// <summary>The most runs that are told of one by one.</summary>
    public const int MostRuns = 20;

    private const int MostLines = 40;
    private const int Width = 400;

    private readonly List<string> _lines = [];
    private readonly List<RunId> _runs = [];

    /// <summary>The sentences.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>How many more sentences there were.</summary>
    public int LinesLeft { get; private set; }

    /// <summary>The runs, in the order in which they were recorded.</summary>
    public IReadOnlyList<RunId> Runs => _runs;

    /// <summary>What to add to a run's line: how to look at it.</summary>
    public Func<RunId, string> Hint { get; init; } = _ => "";

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
            LinesLeft++;
        }
    }

    /// <summary>Says what went wrong and what to do.</summary>
    public void Say(GradientException problem) => Say($"{problem.Message} {problem.Remedy}");

    /// <summary>Tells of a run.</summary>
    public void Say(Run run)
    {
        _runs.Add(run.Id);
        if (_runs.Count <= MostRuns)
        {
            Say($"{run.Id} {(run.State == RunState.Queued ? "queued" : "is " + run.State.ToString().ToLowerInvariant())} for {run.Commit.RefName} at {run.Commit.Sha.Short}{Hint(run.Id)}");
        }
    }
}
