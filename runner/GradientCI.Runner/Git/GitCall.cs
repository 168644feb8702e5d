using System.Collections.Immutable;
using System.Text;

namespace GradientCI.Runner.Git;

/// <summary>One call of git.</summary>
/// <param name="Folder">Where it starts.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record GitCall(string Folder, ImmutableArray<string> Arguments)
{
    /// <summary>The repository, or null to let git look for it in <see cref="Folder"/> and check who owns it.</summary>
    public string? GitDirectory { get; init; }

    /// <summary>
    /// The work tree. By default the git directory stands in, so that <c>core.worktree</c> cannot send git elsewhere.
    /// </summary>
    public string? WorkTree { get; init; }

    /// <summary>Settings beside those of every call.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Whether the configuration of the person and the machine counts; the repository's is never trusted.</summary>
    public bool ReadsUserConfiguration { get; init; }

    /// <summary>The most bytes on standard output.</summary>
    public int MaxOutput { get; init; } = 256 << 20;

    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);
}

/// <summary>What a call of git gave.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">The beginning of standard error.</param>
internal sealed record GitOutput(int ExitCode, ReadOnlyMemory<byte> Output, string Error)
{
    public bool Succeeded => ExitCode == 0;

    public string Text => Encoding.UTF8.GetString(Output.Span);

    /// <summary>The first complaint, for a person.</summary>
    public string Complaint => GitProgram.Complaint(Error, ExitCode);
}
