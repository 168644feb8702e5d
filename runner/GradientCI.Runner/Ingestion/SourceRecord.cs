using System.Text.Json;
using System.Text.Json.Serialization;

namespace GradientCI.Runner.Ingestion;

/// <summary>How far the files of the workspace were read, kept beside the log for a process that takes over.</summary>
/// <remarks>
/// The store keeps the log's offset in one transaction with the points, but knows nothing of files. So the positions
/// before and after each addition are written here first; how many points the store then has says which of them hold.
/// </remarks>
/// <param name="PointsAfter">The trial's points in the store once the addition is in.</param>
/// <param name="Before">Positions without the addition.</param>
/// <param name="After">Positions with it.</param>
internal sealed record SourceRecord(long PointsAfter, SourcePositions Before, SourcePositions After)
{
    public static string PathOf(string logPath) => logPath + ".sources";

    /// <summary>The positions that go with what the store has, or null when there is no record.</summary>
    public static async Task<SourcePositions?> ReadAsync(string logPath, long points, CancellationToken cancellationToken)
    {
        var path = PathOf(logPath);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var bytes = await File.ReadAllBytesAsync(path, cancellationToken);
            var record = JsonSerializer.Deserialize(bytes, SourceRecordContext.Default.SourceRecord);
            return points >= record?.PointsAfter ? record.After : record?.Before;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public async Task WriteAsync(string logPath, CancellationToken cancellationToken)
    {
        var path = PathOf(logPath);
        await File.WriteAllBytesAsync(path + ".new", JsonSerializer.SerializeToUtf8Bytes(this, SourceRecordContext.Default.SourceRecord), cancellationToken);
        File.Move(path + ".new", path, overwrite: true);
    }
}

[JsonSerializable(typeof(SourceRecord))]
internal sealed partial class SourceRecordContext : JsonSerializerContext;
