using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace GradientCI.Cli.Remote;

/// <summary>Reads what a service says, line by line.</summary>
internal sealed class ResponseReader(Stream body)
{
    private const int LongestLine = 1 << 20;

    private readonly PipeReader _reader = PipeReader.Create(body);

    /// <summary>The next line, or null at the end.</summary>
    /// <exception cref="GradientException">It is none of ours.</exception>
    public async Task<ResponseLine?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await _reader.ReadAsync(cancellationToken);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Parse(read.Buffer.Slice(0, end).ToArray());
                _reader.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            if (read.IsCompleted)
            {
                return null;
            }

            if (read.Buffer.Length > LongestLine)
            {
                throw Strange();
            }

            _reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static ResponseLine Parse(byte[] line)
    {
        try
        {
            return ResponseLine.Read(line);
        }
        catch (Exception problem) when (problem is JsonException or FormatException or InvalidOperationException)
        {
            throw Strange();
        }
    }

    private static GradientException Strange() =>
        new(FailureKind.Environment, "The service said something that this version does not understand.", "Use the same version of gradientci on both sides.");
}
