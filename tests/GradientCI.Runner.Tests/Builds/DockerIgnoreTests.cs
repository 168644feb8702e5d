using GradientCI.Runner.Builds;

namespace GradientCI.Runner.Tests.Builds;

public sealed class DockerIgnoreTests
{
    [Theory]
    [InlineData("data", "data/mnist/a.bin", true)]
    [InlineData("data", "src/data", false)]
    [InlineData("/data/", "data/a", true)]
    [InlineData("./a/../data", "data/a", true)]
    [InlineData("*.log", "run.log", true)]
    [InlineData("*.log", "out/run.log", false)]
    [InlineData("*/*.log", "out/run.log", true)]
    [InlineData("**/*.log", "run.log", true)]
    [InlineData("**/*.log", "a/b/run.log", true)]
    [InlineData("**", "a/b", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**/b", "a/x/y/b/c", true)]
    [InlineData("tmp?", "tmp1", true)]
    [InlineData("tmp?", "tmp/", false)]
    [InlineData("**/*.py[cod]", "src/a.pyc", true)]
    [InlineData("**/*.py[cod]", "src/a.py", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[^a-c]x", "bx", false)]
    [InlineData("[\\]]", "]", true)]
    [InlineData(@"\#odd", "#odd", true)]
    [InlineData("# a comment", "# a comment", false)]
    [InlineData("a.b", "axb", false)]
    [InlineData("a+(b)", "a+(b)", true)]
    [InlineData(".", "a", false)]
    [InlineData("..", "a", false)]
    public void A_pattern_means_what_it_means_to_Docker(string pattern, string path, bool isExcluded) =>
        DockerIgnore.Parse(pattern).Excludes(path).ShouldBe(isExcluded);

    [Theory]
    [InlineData("src/keep/a.py", false)]
    [InlineData("src/keep/big.bin", true)]
    [InlineData("src/other/a.py", true)]
    [InlineData("README.md", false)]
    public void The_last_line_that_matches_counts(string path, bool isExcluded) =>
        DockerIgnore.Parse("\uFEFF# everything, but\r\nsrc\r\n\r\n! src/keep\r\n**/*.bin\r\n").Excludes(path).ShouldBe(isExcluded);

    [Theory]
    [InlineData("[a-")]
    [InlineData("[z-a]")]
    [InlineData("a\\")]
    public void What_is_no_pattern_is_said_with_its_line(string pattern) =>
        Should.Throw<GradientException>(() => DockerIgnore.Parse($"data\n{pattern}")).Message.ShouldStartWith(".dockerignore:2 is not a pattern");

    [Fact(Timeout = 120_000)]
    public async Task A_file_that_was_made_to_be_slow_is_not()
    {
        var pattern = string.Join('\n', Enumerable.Range(0, 900).Select(number => $"{string.Concat(Enumerable.Repeat("*a", 30))}{number}"));
        var path = new string('a', 4_000);

        var ignore = DockerIgnore.Parse(pattern);

        (await Task.Run(() => Enumerable.Range(0, 100).Any(_ => ignore.Excludes(path)))).ShouldBeFalse();
    }

    [Fact]
    public void A_pattern_that_is_too_long_is_said_to_be() =>
        Should.Throw<GradientException>(() => DockerIgnore.Parse(string.Concat(Enumerable.Repeat("*a", 20_000)))).Message.ShouldContain("too long");
}
