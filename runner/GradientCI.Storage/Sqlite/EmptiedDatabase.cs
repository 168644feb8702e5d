namespace GradientCI.Storage.Sqlite;

/// <summary>A database file of no length, which SQLite takes for a new one.</summary>
internal static class EmptiedDatabase
{
    /// <summary>Refuses it where there have been runs: their numbers would be given a second time.</summary>
    public static void Refuse(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: 0 } && Directory.Exists(Path.Combine(Path.GetDirectoryName(path)!, "logs")))
        {
            throw StorageFailures.Damaged(path, "The file is empty, and there are logs of runs beside it.");
        }
    }
}
