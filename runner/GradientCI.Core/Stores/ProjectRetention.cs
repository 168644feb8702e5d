namespace GradientCI.Stores;

/// <summary>How much of a project's runs a scheduled retention leaves; what is null is as for all projects.</summary>
/// <param name="Runs">How many of the newest runs of each experiment stay, at least 1; <see cref="All"/> for all of them.</param>
/// <param name="For">How long ago a run must have ended to go, in whole hours.</param>
public sealed record ProjectRetention(int? Runs, TimeSpan? For)
{
    /// <summary>As many runs as there are.</summary>
    public const int All = int.MaxValue;

    /// <summary>As for all projects.</summary>
    public static ProjectRetention Usual { get; } = new(null, null);
}
