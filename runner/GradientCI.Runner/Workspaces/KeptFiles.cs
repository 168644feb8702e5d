using System.Collections.Immutable;

namespace GradientCI.Runner.Workspaces;

/// <summary>What is kept of a trial, for reading: plain files of the folder, whatever else the trial has put there.</summary>
/// <param name="folder">The folder; it need not be there.</param>
public sealed class KeptFiles(string folder)
{
    private readonly WorkspaceFiles _files = new(folder);

    /// <summary>Paths below the folder, sorted; symbolic links are neither listed nor followed.</summary>
    public ImmutableArray<string> List() => Directory.Exists(folder) ? _files.Find([new WorkspaceGlob("**")]) : [];

    /// <summary>Why the list is not complete, or null.</summary>
    public string? Notice => _files.Notice;

    /// <summary>Opens a file, or null when it is no plain file of the folder, or cannot be read.</summary>
    public FileStream? Open(string path) => _files.Open(path) is { } file ? new FileStream(file, FileAccess.Read) : null;
}
