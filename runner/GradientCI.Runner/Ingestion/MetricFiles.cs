using System.Collections.Immutable;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Ingestion;

/// <summary>The metric files that the manifest's globs find, now and later.</summary>
internal sealed class MetricFiles(WorkspaceFiles workspace, ImmutableArray<string> globs, SeriesTable points)
{
    /// <summary>The most files that are read; further ones are pointed out.</summary>
    public const int MostFiles = 100;

    private readonly ImmutableArray<WorkspaceGlob> _globs = [.. globs.Select(glob => new WorkspaceGlob(glob))];
    private readonly List<MetricFile> _files = [];

    public IEnumerable<SourcePosition> Positions => _files.Select(file => file.Position);

    /// <summary>What is worth knowing, or null.</summary>
    public string? Notice { get; private set; }

    /// <summary>Goes on where an earlier process stopped.</summary>
    public void Restore(IEnumerable<SourcePosition> positions) =>
        _files.AddRange(positions.Select(position => new MetricFile(workspace, position, points)));

    /// <summary>Takes note of files that are there before the trial starts: what they hold is not its own.</summary>
    public void NoteExisting() => Restore(FindNew().Select(path => MetricFile.Existing(workspace, path)));

    public IEnumerable<IEnumerable<long>> Read(bool isComplete)
    {
        Restore(FindNew().Select(path => new SourcePosition(path)));
        return _files.Select(file => file.Read(isComplete));
    }

    private List<string> FindNew()
    {
        var known = Positions.Select(position => position.Path).ToHashSet(StringComparer.Ordinal);
        var found = workspace.Find(_globs).Where(path => !known.Contains(path)).ToList();
        var room = MostFiles - known.Count;
        if (found.Count > room)
        {
            Notice = $"More than {MostFiles} metric files match: the others are not read.";
        }

        return found[..Math.Min(room, found.Count)];
    }
}
