using System.Text;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Brings what a container prints into the log of a build.</summary>
internal sealed class BuildOutput(ContainerOperations containers, string id, BuildLog log)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly char[] _letters = new char[Encoding.UTF8.GetMaxCharCount(128 << 10)];
    private long _copied;

    /// <summary>Copies what is missing, and with follow what comes until it ends; the last of it can be missing then, and is had without.</summary>
    /// <exception cref="DockerApiException">The output broke off.</exception>
    public async Task CopyAsync(bool follow, CancellationToken cancellationToken)
    {
        await using var output = await containers.GetContainerLogsAsync(id, new ContainerLogsParameters(follow), cancellationToken);
        var position = 0L;
        while (await output.ReadOutputAsync(cancellationToken) is { } pieces)
        {
            foreach (var piece in pieces)
            {
                var known = (int)Math.Clamp(_copied - position, 0, piece.Length);
                position += piece.Length;
                _copied = Math.Max(_copied, position);
                Write(piece.Span[known..]);
            }
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (_decoder.GetChars(bytes, _letters, flush: false) is > 0 and var count)
        {
            log.Write(new string(_letters, 0, count));
        }
    }
}
