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

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(1000)]
    public async Task The_time_of_a_frame_is_told_and_is_no_output(int bytesAtATime)
    {
        byte[] bytes = [.. Frame(1, "2026-11-27T12:00:00.000000001Z one two\n"), .. Frame(2, "2026-11-27T12:00:00.000000002Z 3\n"), .. Frame(1, "2026-11-27T12:00:01Z  4")];
        using var source = new SlowStream(bytes, bytesAtATime);
        await using var output = Stamped(source);

        output.LastStamps.ShouldBe((null, null));
        (await ReadAsync(output)).ShouldBe("one two\n3\n 4");
        output.LastStamps.ShouldBe(("2026-11-27T12:00:00.000000002Z", "2026-11-27T12:00:01Z"));
    }

    [Theory]
    [InlineData("2026-11-27T12:00:00Z")]
    [InlineData("a_line_of_output_that_goes_on_and_on_with_no_time_before_it_and_ends late")]
    public async Task A_frame_without_the_time_that_was_asked_for_is_refused(string payload)
    {
        using var source = new SlowStream(Frame(1, payload), 7);
        await using var output = Stamped(source);

        await Should.ThrowAsync<DockerApiException>(() => ReadAsync(output));
    }

    private static MultiplexedStream Stamped(Stream source) =>
        new(source, source, problem => DockerApiException.Unanswered(EngineAddress.Local, problem), isStamped: true);

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
        return await ReadAsync(output);
    }

    private static async Task<string> ReadAsync(MultiplexedStream output)
    {
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
