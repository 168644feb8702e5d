using GradientCI.Cli.Remote;

namespace GradientCI.Cli;

/// <summary>Everything of the outside world that a command touches, so that tests can run commands in their own process.</summary>
internal sealed record Terminal
{
    /// <summary>Results.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Progress and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>The stream below <see cref="Out"/>, for bytes that are to stay as they are.</summary>
    public Func<Stream> OpenOut { get; init; } = Console.OpenStandardOutput;

    /// <summary>What is typed, or piped in.</summary>
    public Func<Stream> OpenIn { get; init; } = Console.OpenStandardInput;

    /// <summary>Whether a person types it.</summary>
    public bool IsInKeyboard { get; init; }

    /// <summary>Whether a person looks at <see cref="Out"/>.</summary>
    public bool IsOutScreen { get; init; }

    /// <summary>Whether a person looks at <see cref="Error"/>.</summary>
    public bool IsErrorScreen { get; init; }

    /// <summary>Whether colours are wanted on a screen.</summary>
    public bool UseColour { get; init; }

    /// <summary>The folder that relative paths start from.</summary>
    public required string Directory { get; init; }

    /// <summary>Environment variables.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>Who types, for the audit log.</summary>
    public string Person { get; init; } = $"{Environment.UserName}@{Environment.MachineName}";

    /// <summary>On whose behalf a service runs the command; null for whoever sits at this machine.</summary>
    public Caller? Caller { get; init; }

    /// <summary>The columns of a screen that is somewhere else; null for this process's own.</summary>
    public int? Width { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The terminal that this process was started in.</summary>
    public static Terminal OfThisProcess()
    {
        var isScreen = Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");
        return new Terminal
        {
            Out = Console.Out,
            Error = Console.Error,
            IsInKeyboard = !Console.IsInputRedirected,
            IsOutScreen = isScreen && !Console.IsOutputRedirected,
            IsErrorScreen = isScreen && !Console.IsErrorRedirected,
            UseColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            Directory = Environment.CurrentDirectory,
            Variable = Environment.GetEnvironmentVariable,
        };
    }

    /// <summary>Writes a line to <see cref="Error"/>. That nobody can read it, on a full disk or a terminal that is gone, stops nothing.</summary>
    public void Say(string line)
    {
        try
        {
            Error.WriteLine(line);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // There is no other place to say it.
        }
    }
}
