using System.Collections.Immutable;

namespace GradientCI.Reports.Charts;

/// <summary>A chart with what stands around it.</summary>
/// <param name="Title">Over it; untrusted text.</param>
/// <param name="Svg">The picture.</param>
/// <param name="Legend">What the marks mean.</param>
/// <param name="Note">What is not shown, or empty.</param>
internal sealed record Figure(string Title, string Svg, ImmutableArray<LegendEntry> Legend, string Note);

/// <summary>A mark and its meaning.</summary>
/// <param name="Style">The CSS class of the mark, ours.</param>
/// <param name="Mark">What it looks like.</param>
/// <param name="Text">Its meaning; untrusted text.</param>
internal readonly record struct LegendEntry(string Style, Mark Mark, string Text);

/// <summary>The shapes of a legend.</summary>
internal enum Mark
{
    Line,
    Band,
    Dot,
    Cross,
    Dash,
}
