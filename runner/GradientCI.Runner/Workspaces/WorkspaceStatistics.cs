namespace GradientCI.Runner.Workspaces;

/// <summary>What it took to make a workspace fresh.</summary>
public sealed record WorkspaceStatistics
{
    /// <summary>Files that were as they should be.</summary>
    public int FilesKept { get; init; }

    /// <summary>Of those, files whose content had to be read to know.</summary>
    public int FilesVerified { get; init; }

    /// <summary>Files and links written.</summary>
    public int FilesWritten { get; init; }

    /// <summary>Bytes written to them.</summary>
    public long BytesWritten { get; init; }

    /// <summary>Files and folders removed, because the commit has none there or they were changed.</summary>
    public int EntriesRemoved { get; init; }
}
