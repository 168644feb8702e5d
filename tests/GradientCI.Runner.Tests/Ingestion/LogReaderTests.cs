using System.Text;
using GradientCI.Runner.Ingestion;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Ingestion;

public sealed class LogReaderTests
{
    [Theory]
    [InlineData("a\nb\nc\n", 2, "b\nc\n")]
    [InlineData("a\nb\nc", 2, "b\nc")]
    [InlineData("a\nb\nc\n", 3, "a\nb\nc\n")]
    [InlineData("a\nb\nc\n", 9, "a\nb\nc\n")]
    [InlineData("a\nb\nc\n", 0, "")]
    [InlineData("", 5, "")]
    [InlineData("\n\n\n", 2, "\n\n")]
    public async Task The_last_lines_are_copied_from_where_they_begin(string log, int lines, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("log", log);
        using var output = new MemoryStream();

        var end = await LogReader.CopyAsync(path, LogReader.FindLastLines(path, lines), output, CancellationToken.None);

        Encoding.UTF8.GetString(output.ToArray()).ShouldBe(expected);
        end.ShouldBe(log.Length);
    }

    [Fact]
    public async Task Following_goes_on_from_the_offset()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("log", new string('a', 200_000) + "\nb\n");
        using var output = new MemoryStream();

        var end = await LogReader.CopyAsync(path, LogReader.FindLastLines(path, 1), output, CancellationToken.None);
        await File.AppendAllTextAsync(path, "c\n");
        await LogReader.CopyAsync(path, end, output, CancellationToken.None);

        Encoding.UTF8.GetString(output.ToArray()).ShouldBe("b\nc\n");
        LogReader.FindLastLines(path, 3).ShouldBe(0);
    }

    [Fact]
    public async Task A_missing_log_is_empty()
    {
        LogReader.FindLastLines("/nowhere/log", 5).ShouldBe(0);
        LogReader.ReadLastLines("/nowhere/log", 5).ShouldBeEmpty();
        (await LogReader.CopyAsync("/nowhere/log", 7, Stream.Null, CancellationToken.None)).ShouldBe(7);
    }

    [Fact]
    public void The_last_lines_as_text_are_bounded_and_valid()
    {
        using var folder = new TemporaryFolder();
        var path = folder["log"];
        File.WriteAllBytes(path, [.. new byte[1_000_000], .. "\nfirst\r\n 10%\rsecond "u8, 0xFF, .. "\n"u8]);

        LogReader.ReadLastLines(path, 3).ShouldBe(["first", " 10%", "second \uFFFD"]);
        LogReader.ReadLastLines(path, 9).Sum(line => line.Length).ShouldBeLessThan(1 << 16);
    }
}
