using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Tests.Linux;

public sealed class PathTextTests
{
    [Fact]
    public void Any_bytes_survive_the_way_there_and_back()
    {
        const string Drawn = "aé\u00c3\u00a9\u00ed\u00a0\u0080\u00f0\u009f\u0098\u00ff\u00fe\u00c0\u00b3\u00f8";
        var random = new Random(1);
        for (var round = 0; round < 20_000; round++)
        {
            // Drawn from the bytes that begin, continue and break UTF-8, surrogates and five-byte forms included.
            var bytes = Enumerable.Range(0, random.Next(1, 12))
                .Select(_ => (byte)Drawn[random.Next(Drawn.Length)])
                .ToArray();

            PathText.Encode(PathText.Decode(bytes)).ShouldBe(bytes);
        }
    }

    [Theory]
    [InlineData("plain/größe 日本.txt", "plain/größe 日本.txt")]
    [InlineData("a\nb\u001b[31m", @"a\012b\033[31m")]
    public void Names_are_shown_without_control_characters(string path, string shown) => PathText.Show(path).ShouldBe(shown);

    // Not a case of the theory above: attributes cannot hold a lone surrogate.
    [Fact]
    public void Bytes_that_are_not_UTF_8_are_shown_in_octal() => PathText.Show("caf\udce9").ShouldBe(@"caf\351");
}
