namespace GradientCI;

/// <summary>
/// What went wrong, as one sentence for the person at the terminal, with the way out and the exit code.
/// </summary>
/// <remarks>Thrown for wrong use and for a broken environment. A failing trial is data, never an exception.</remarks>
public sealed class GradientException : Exception
{
    /// <summary>Says what went wrong, where, and what to do about it.</summary>
    /// <param name="kind">Whose turn it is: the user's or the machine's.</param>
    /// <param name="message">One sentence that names the place.</param>
    /// <param name="remedy">What to try; starts with a verb.</param>
    /// <param name="inner">The cause, shown only with <c>--verbose</c>.</param>
    public GradientException(FailureKind kind, string message, string? remedy = null, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Remedy = remedy;
    }

    /// <summary>Whose turn it is, which decides the exit code.</summary>
    public FailureKind Kind { get; }

    /// <summary>What to try, or null when nothing helps.</summary>
    public string? Remedy { get; }
}

/// <summary>The two kinds of failure that are not data.</summary>
public enum FailureKind
{
    /// <summary>Wrong use or an invalid manifest: exit code 2.</summary>
    Usage,

    /// <summary>Git, the disk, the database or another part of the machine failed: exit code 3.</summary>
    Environment,
}
