using System.Globalization;
using System.Text;
using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Brings what a container prints into the attempt's log.</summary>
/// <remarks>
/// Byte n of the output always becomes byte n after the place where the log stood when the container was made. So writing goes
/// on at the right byte after any death, from the length of the file alone; and two processes that both think the attempt theirs
/// write the same bytes to the same places.
/// </remarks>
/// <param name="path">The log.</param>
/// <param name="start">Its length when the container was made.</param>
/// <param name="limit">What is kept of the output, in bytes.</param>
internal sealed class ContainerLog(string path, long start, long limit)
{
    /// <summary>Whether more came than is kept: nothing is written any more.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Writes what is missing, and what comes, until the output ends or the log is full.</summary>
    /// <exception cref="DockerApiException">The output broke off.</exception>
    /// <exception cref="IOException">The log cannot be written; what was written holds.</exception>
    public async Task CopyAsync(MultiplexedStream output, CancellationToken cancellationToken)
    {
        using var log = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var written = Math.Max(0, RandomAccess.GetLength(log) - start);
        var position = 0L;
        while (!IsFull && await output.ReadOutputAsync(cancellationToken) is { } pieces)
        {
            var fresh = new List<ReadOnlyMemory<byte>>(pieces.Count);
            foreach (var piece in pieces)
            {
                var known = (int)Math.Clamp(written - position, 0, piece.Length);
                var kept = (int)Math.Clamp(limit - position, 0, piece.Length);
                IsFull |= kept < piece.Length;
                position += piece.Length;
                if (kept > known)
                {
                    fresh.Add(piece[known..kept]);
                }
            }

            RandomAccess.Write(log, fresh, start + written);
            written += fresh.Sum(piece => (long)piece.Length);
        }

        if (IsFull)
        {
            var notice = string.Create(CultureInfo.InvariantCulture, $"\n[gradientci: the log ends here, at {limit} bytes; the trial goes on]\n");
            RandomAccess.Write(log, Encoding.UTF8.GetBytes(notice), start + limit);
        }
    }
}
