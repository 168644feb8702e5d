using System.Buffers.Binary;
using System.Text;
using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class MultiplexedStreamTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(1000)]
    public async Task Frames_are_put_together_however_they_come(int bytesAtATime)
    {
        byte[] bytes = [.. Frame(1, "one\n"), .. Frame(2, ""), .. Frame(2, "two, and more"), .. Frame(1, " é😀\n")];

        (await ReadAsync(bytes, bytesAtATime)).ShouldBe("one\ntwo, and more é😀\n");
    }

    [Fact]
    public async Task What_breaks_off_within_a_frame_is_not_taken_for_the_end()
    {
        var bytes = Frame(1, "whole")[..^1];

        (await Should.ThrowAsync<DockerApiException>(() => ReadAsync(bytes, 100))).IsUnanswered.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_no_frame_is_refused()
    {
        var bytes = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n");

        await Should.ThrowAsync<DockerApiException>(() => ReadAsync(bytes, 100));
    }

    private static byte[] Frame(byte stream, string text)
    {
        var payload = Encoding.UTF8.GetBytes(text);
        var header = new byte[8];
        header[0] = stream;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), payload.Length);
        return [.. header, .. payload];
    }

    private static async Task<string> ReadAsync(byte[] bytes, int bytesAtATime)
    {
        using var source = new SlowStream(bytes, bytesAtATime);
        await using var output = new MultiplexedStream(source, source, problem => DockerApiException.Unanswered(EngineAddress.Local, problem));
        var text = new MemoryStream();
        while (await output.ReadOutputAsync(None) is { } pieces)
        {
            foreach (var piece in pieces)
            {
                text.Write(piece.Span);
            }
        }

        return Encoding.UTF8.GetString(text.ToArray());
    }

    private sealed class SlowStream(byte[] bytes, int bytesAtATime) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(bytesAtATime, buffer.Length)], cancellationToken);
    }
}
