namespace GradientCI.Cli;

/// <summary>Everything of the outside world that a command touches, so that tests can run commands in their own process.</summary>
internal sealed record Terminal
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether a person looks at <see cref="Out"/> live.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether colours are wanted.</summary>
    public bool UseColour { get; init; }

    /// <summary>Columns of the screen.</summary>
    public int Width { get; init; } = 100;

    /// <summary>The folder that relative paths start from.</summary>
    public required string Directory { get; init; }

    /// <summary>Environment variables.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The terminal that this process was started in.</summary>
    public static Terminal OfThisProcess()
    {
        var interactive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        return new Terminal
        {
            Out = Console.Out,
            Error = Console.Error,
            IsInteractive = interactive,
            UseColour = interactive && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Width = interactive ? Math.Max(40, Console.WindowWidth) : 100,
            Directory = Environment.CurrentDirectory,
            Variable = Environment.GetEnvironmentVariable,
        };
    }
}
