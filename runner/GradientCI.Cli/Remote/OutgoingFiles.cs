using GradientCI.Runner;

namespace GradientCI.Cli.Remote;

/// <summary>The files that one command makes for whoever asked for it, until they have been sent.</summary>
internal sealed class OutgoingFiles(DataFolder data) : IDisposable
{
    /// <summary>Where the command may write; made by whoever does.</summary>
    public string Folder { get; } = Path.Combine(data.Outgoing, $"{Guid.NewGuid():N}");

    /// <summary>Takes away what a service that was killed has left.</summary>
    public static void Clear(DataFolder data)
    {
        if (Directory.Exists(data.Outgoing))
        {
            Directory.Delete(data.Outgoing, recursive: true);
        }
    }

    /// <summary>Sends them.</summary>
    public async Task SendAsync(CommandResponse response, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(Folder))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal))
        {
            await using var file = File.OpenRead(path);
            var piece = new byte[ResponseLine.LargestPiece];
            while (await file.ReadAsync(piece, cancellationToken) is > 0 and var count)
            {
                await response.AddAsync(new ResponseLine { File = Path.GetFileName(path), Bytes = piece.AsMemory(0, count).ToArray() });
            }
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
