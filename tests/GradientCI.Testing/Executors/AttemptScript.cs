using System.Collections.Immutable;
using System.Runtime.InteropServices;
using GradientCI.Runner.Executors;

namespace GradientCI.Testing.Executors;

/// <summary>What a scripted attempt does.</summary>
public sealed record AttemptScript
{
    /// <summary>How long it runs; <see cref="Timeout.InfiniteTimeSpan"/> until it is stopped.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What it prints, and when.</summary>
    public ImmutableArray<ScriptedLine> Lines { get; init; } = [];

    /// <summary>How it ends by itself.</summary>
    public AttemptEnd End { get; init; } = new(0);

    /// <summary>How it ends when it is asked to.</summary>
    public AttemptEnd EndWhenStopped { get; init; } = new(null, Signal: 15);

    /// <summary>What it prints when it is asked to end.</summary>
    public ImmutableArray<string> LinesWhenStopped { get; init; } = [];

    /// <summary>Whether it goes on until the grace time is over.</summary>
    public bool IgnoresStop { get; init; }

    /// <summary>Whether it vanishes at its end: it ends without exit code, and cannot be adopted any more.</summary>
    public bool IsLost { get; init; }
}

/// <summary>A line of a script.</summary>
/// <param name="At">When it is printed, after the start.</param>
/// <param name="Text">Without the line's end.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ScriptedLine(TimeSpan At, string Text);
