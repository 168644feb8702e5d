using System.Collections.Immutable;
using GradientCI.Experiments;

namespace GradientCI.Reports.Analysis;

/// <summary>What a report is made from.</summary>
/// <param name="Run">The run; it need not have ended.</param>
/// <param name="Baseline">The run to compare with, or null; <see cref="Experiments.Run.BaselineNote"/> says why.</param>
/// <param name="History">The last runs of the same experiment, oldest first.</param>
public sealed record ReportInput(RunSnapshot Run, RunSnapshot? Baseline, ImmutableArray<HistoryPoint> History)
{
    /// <summary>The Markdown fragment that the best trial wrote (<c>report.notes</c>), or empty. Untrusted.</summary>
    public string Notes { get; init; } = "";

    /// <summary>What people call the project; its id when nothing is given. Untrusted.</summary>
    public string? ProjectName { get; init; }

    /// <summary>What its trials listen at now, for reports that are read while they run.</summary>
    public ImmutableArray<LiveLink> LiveLinks { get; init; } = [];
}

/// <summary>What a running trial listens at, for whoever reads the report.</summary>
/// <param name="Trial">Whose it is.</param>
/// <param name="Port">As the manifest has it.</param>
/// <param name="Address">Where it is, as the report refers to it.</param>
public sealed record LiveLink(TrialId Trial, int Port, string Address)
{
    /// <summary>What it is, in words.</summary>
    public string Title => $"{Trial} at port {Port}";
}

/// <summary>The best value of one run.</summary>
/// <param name="Label">The run, <c>digits#11</c>.</param>
/// <param name="Sha">Its commit.</param>
/// <param name="Subject">The first line of the commit's message.</param>
/// <param name="Best">The objective of its best parameter set, or null.</param>
/// <param name="IsThisRun">Whether the report is about it.</param>
public sealed record HistoryPoint(string Label, string Sha, string Subject, double? Best, bool IsThisRun);
