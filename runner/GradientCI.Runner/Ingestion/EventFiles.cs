using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Ingestion;

/// <summary>The TensorBoard event files that the manifest's globs find, now and later.</summary>
/// <remarks>
/// The tags of the folder whose first event file is the oldest stand as they are; tags of further folders get the folder in
/// front. So <c>runs/Nov21_10-00-00_host</c>, a name of the moment, never becomes part of a metric's name, and Keras'
/// <c>train</c> and <c>validation</c> give <c>epoch_loss</c> and <c>validation/epoch_loss</c>, whenever we looked.
/// </remarks>
internal sealed class EventFiles(WorkspaceFiles workspace, ImmutableArray<string> globs, SeriesTable points)
{
    private const string Mark = "tfevents.";

    private readonly ImmutableArray<WorkspaceGlob> _globs = [.. globs.SelectMany<string, WorkspaceGlob>(glob => [new(glob), new($"{glob}/**")])];
    private readonly List<EventFile> _files = [];
    private string? _mainFolder;
    private bool _isFull;

    public IEnumerable<SourcePosition> Positions => _files.Select(file => file.Position);

    public IEnumerable<string> Notices =>
        _files.Select(file => file.Notice).OfType<string>()
            .Concat(_isFull ? [$"More than {MetricFiles.MostFiles} event files match: the others are not read."] : []);

    /// <summary>Goes on where an earlier process stopped.</summary>
    public void Restore(IEnumerable<SourcePosition> positions)
    {
        foreach (var position in positions)
        {
            var folder = Path.GetDirectoryName(position.Path) ?? "";
            _mainFolder ??= position.IsClosed ? null : folder;
            _files.Add(new EventFile(workspace, position, Prefix(folder), points));
        }
    }

    /// <summary>Takes note of files that are there before the trial starts: what they hold is not its own.</summary>
    public void NoteExisting() => Restore(FindNew().Select(path => new SourcePosition(path) { IsClosed = true }));

    public IEnumerable<IEnumerable<long>> Read(bool isComplete)
    {
        Restore(FindNew().Select(path => new SourcePosition(path)));
        return _files.Select(file => file.Read(isComplete));
    }

    private List<string> FindNew()
    {
        var known = Positions.Select(position => position.Path).ToHashSet(StringComparer.Ordinal);
        var found = workspace.Find(_globs)
            .Where(path => Path.GetFileName(path).Contains(Mark, StringComparison.Ordinal) && !known.Contains(path))
            .OrderBy(Written)
            .ThenBy(path => path, StringComparer.Ordinal)
            .ToList();
        var room = MetricFiles.MostFiles - known.Count;
        _isFull |= found.Count > room;
        return found[..Math.Min(room, found.Count)];
    }

    // events.out.tfevents.1700000000.host.1234.0: seconds since 1970.
    private static long Written(string path)
    {
        var seconds = path[(path.LastIndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..].Split('.')[0];
        return long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : long.MaxValue;
    }

    private string Prefix(string folder)
    {
        if (_mainFolder is null || folder == _mainFolder)
        {
            return "";
        }

        var main = _mainFolder.Split('/');
        var parts = folder.Split('/');
        var shared = main.Zip(parts).TakeWhile(pair => pair.First == pair.Second).Count();
        return shared == parts.Length ? $"{parts[^1]}/" : $"{string.Join('/', parts[shared..])}/";
    }
}
