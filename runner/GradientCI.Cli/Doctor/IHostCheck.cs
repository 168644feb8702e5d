namespace GradientCI.Cli.Doctor;

/// <summary>One question to this machine. It looks, and changes nothing.</summary>
internal interface IHostCheck
{
    /// <summary>A word for the first column, and for scripts.</summary>
    string Name { get; }

    /// <summary>Asks. A <see cref="GradientException"/>, and a file that cannot be read, count as a problem.</summary>
    Task<HostVerdict> RunAsync(CancellationToken cancellationToken);
}

/// <summary>The answer.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Sentence">What was found.</param>
/// <param name="Remedy">What to do; null when nothing is to be done.</param>
internal sealed record HostVerdict(HostLevel Level, string Sentence, string? Remedy = null)
{
    public static HostVerdict Ok(string sentence) => new(HostLevel.Ok, sentence);

    public static HostVerdict Warning(string sentence, string remedy) => new(HostLevel.Warning, sentence, remedy);

    public static HostVerdict Problem(string sentence, string? remedy) => new(HostLevel.Problem, sentence, remedy);
}

/// <summary>How bad it is.</summary>
internal enum HostLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but not well, or not for long.</summary>
    Warning,

    /// <summary>Runs will fail.</summary>
    Problem,
}
