namespace GradientCI.Cli;

/// <summary>What the process says to the shell. Documented in <c>docs/command-line.md</c>.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and every required check passed.</summary>
    public const int Done = 0;

    /// <summary>A trial failed, or a required check did not pass.</summary>
    public const int NotPassed = 1;

    /// <summary>Wrong use, or an invalid manifest.</summary>
    public const int Usage = 2;

    /// <summary>The environment failed: Git, disk, database, executor.</summary>
    public const int Environment = 3;

    /// <summary>Cancelled, as a shell says it of SIGINT.</summary>
    public const int Cancelled = 130;
}
