using System.Buffers.Binary;
using System.Text;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class ContainerLogTests : IDisposable
{
    private const string Output = "one\ntwo\nthree\n";
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Output_follows_what_was_in_the_log_before()
    {
        _folder.Write("log", "before\n");

        await CopyAsync(Output);

        Read().ShouldBe("before\n" + Output);
    }

    [Fact]
    public async Task It_goes_on_wherever_another_stopped()
    {
        for (var length = 0; length <= Output.Length; length++)
        {
            _folder.Write("log", "before\n" + Output[..length]);

            await CopyAsync(Output);

            Read().ShouldBe("before\n" + Output);
        }
    }

    [Fact]
    public async Task Two_that_write_at_once_write_the_same()
    {
        _folder.Write("log", "before\n");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => CopyAsync(Output))));

        Read().ShouldBe("before\n" + Output);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(13)]
    public async Task What_is_too_much_is_cut_with_a_notice_at_the_same_place_each_time(int limit)
    {
        _folder.Write("log", "before\n");

        (await CopyAsync(Output, limit)).ShouldBeTrue();
        (await CopyAsync(Output, limit)).ShouldBeTrue();

        Read().ShouldBe($"before\n{Output[..limit]}\n[gradientci: the log ends here, at {limit} bytes; the trial goes on]\n");
    }

    [Fact]
    public async Task What_just_fits_is_whole()
    {
        _folder.Write("log", "before\n");

        (await CopyAsync(Output, Output.Length)).ShouldBeFalse();

        Read().ShouldBe("before\n" + Output);
    }

    public void Dispose() => _folder.Dispose();

    private string Read() => File.ReadAllText(_folder["log"]);

    /// <returns>Whether the log is full.</returns>
    private async Task<bool> CopyAsync(string output, long limit = 1000)
    {
        using var frames = new MemoryStream();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var payload = Encoding.ASCII.GetBytes(line + "\n");
            var header = new byte[8];
            header[0] = 1;
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), payload.Length);
            frames.Write(header);
            frames.Write(payload);
        }

        frames.Position = 0;
        var log = new ContainerLog(_folder["log"], "before\n".Length, limit);
        await using var stream = new MultiplexedStream(frames, frames, problem => DockerApiException.Unanswered(EngineAddress.Local, problem));
        await log.CopyAsync(stream, CancellationToken.None);
        return log.IsFull;
    }
}
