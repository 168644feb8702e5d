using GradientCI.Experiments;

namespace GradientCI.Cli.Output;

/// <summary>Runs in a word or two.</summary>
internal static class RunWords
{
    /// <summary><c>passed</c>, <c>not passed</c>, <c>running</c>…</summary>
    public static string Of(Run run) => run switch
    {
        { State: RunState.Finished, Passed: true } => "passed",
        { State: RunState.Finished } => "not passed",
        _ => run.State.ToString().ToLowerInvariant(),
    };

    /// <summary>How long ago.</summary>
    public static string Ago(TimeSpan age) => age.TotalMinutes < 1 ? "just now"
        : age.TotalHours < 1 ? $"{(int)age.TotalMinutes} min ago"
        : age.TotalDays < 1 ? $"{(int)age.TotalHours} h ago"
        : $"{(int)age.TotalDays} d ago";
}
