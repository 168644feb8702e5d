namespace GradientCI.Testing.Executors;

/// <summary>Waits for what another process writes, woken by the kernel and not by a clock.</summary>
public static class FileArrival
{
    /// <summary>Ends as soon as the file holds the text; gives the file's whole content.</summary>
    public static Task<string> WaitForAsync(string path, string text) =>
        WaitForAsync(path, content => content.Contains(text, StringComparison.Ordinal));

    /// <summary>Ends as soon as the file's content is as asked; gives the content.</summary>
    public static async Task<string> WaitForAsync(string path, Func<string, bool> isThere)
    {
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!);
        using var changed = new SemaphoreSlim(0);
        watcher.Created += (_, _) => changed.Release();
        watcher.Changed += (_, _) => changed.Release();
        watcher.Renamed += (_, _) => changed.Release();
        watcher.EnableRaisingEvents = true;
        while (true)
        {
            var content = File.Exists(path) ? await ReadAsync(path) : "";
            if (isThere(content))
            {
                return content;
            }

            await changed.WaitAsync();
        }
    }

    private static async Task<string> ReadAsync(string path)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
