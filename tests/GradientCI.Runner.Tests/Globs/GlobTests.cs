using GradientCI.Runner.Globs;

namespace GradientCI.Runner.Tests.Globs;

public sealed class GlobTests
{
    [Theory]
    [InlineData("train.py", "train.py", true)]
    [InlineData("train.py", "src/train.py", false)]
    [InlineData("train.py", "Train.py", false)]
    [InlineData("./train.py", "train.py", true)]
    [InlineData("/train.py", "train.py", true)]
    [InlineData("*.py", "train.py", true)]
    [InlineData("*.py", ".py", true)]
    [InlineData("*.py", "src/train.py", false)]
    [InlineData("*", "a", true)]
    [InlineData("*", "a/b", false)]
    [InlineData("t?ain.py", "train.py", true)]
    [InlineData("?", "/", false)]
    [InlineData("?", "", false)]
    [InlineData("src/**", "src/a", true)]
    [InlineData("src/**", "src/a/b/c", true)]
    [InlineData("src/**", "src", false)]
    [InlineData("src/**", "srcs/a", false)]
    [InlineData("**", "a/b", true)]
    [InlineData("**/*.py", "a.py", true)]
    [InlineData("**/*.py", "a/b/c.py", true)]
    [InlineData("**/test/**", "a/test/b/c", true)]
    [InlineData("**/test/**", "test/b", true)]
    [InlineData("**/test/**", "a/test", false)]
    [InlineData("a/**/z", "a/z", true)]
    [InlineData("a/**/z", "a/b/c/z", true)]
    [InlineData("a/**/z/*.x", "a/z/b/z/c.x", true)]
    [InlineData("a**c", "abbc", true)]
    [InlineData("a**c", "a/c", false)]
    [InlineData("exp/**", "exp/lr/0.1", true)]
    [InlineData("[ab]", "a", false)]
    [InlineData("[ab]", "[ab]", true)]
    [InlineData("data/日本*", "data/日本語.csv", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void A_pattern_matches_the_whole_path(string pattern, string path, bool expected) =>
        new Glob(pattern).IsMatch(path).ShouldBe(expected);

    [Fact(Timeout = 10_000)]
    public async Task A_hostile_pattern_takes_no_exponential_time()
    {
        var stars = new Glob(string.Concat(Enumerable.Repeat("*a", 500)) + "b");
        var folders = new Glob(string.Concat(Enumerable.Repeat("**/a/", 500)) + "b");

        var matched = await Task.Run(() =>
            stars.IsMatch(new string('a', 4000)) || folders.IsMatch(string.Join('/', Enumerable.Repeat("a", 2000))));

        matched.ShouldBeFalse();
    }
}
