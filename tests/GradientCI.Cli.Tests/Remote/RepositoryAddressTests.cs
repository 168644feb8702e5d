using GradientCI.Cli.Remote;

namespace GradientCI.Cli.Tests.Remote;

public sealed class RepositoryAddressTests
{
    [Theory]
    [InlineData("https://github.com/ada/digits.git", "github.com/ada/digits")]
    [InlineData("https://ada:secret@GitHub.com/ada/digits/", "github.com/ada/digits")]
    [InlineData("git@github.com:ada/digits.git", "github.com/ada/digits")]
    [InlineData("github.com:ada/digits", "github.com/ada/digits")]
    [InlineData("ssh://git@github.com:22/ada/digits.git", "github.com/ada/digits")]
    [InlineData("box:/srv/git/digits.git", "box/srv/git/digits")]
    [InlineData("file:///srv/git/digits.git", "/srv/git/digits")]
    [InlineData("/srv/git/digits.git/", "/srv/git/digits")]
    [InlineData("/srv/a:b/digits", "/srv/a:b/digits")]
    [InlineData("/home/ada/digits/.git", "/home/ada/digits/.git")]
    [InlineData("", "")]
    public void Two_ways_to_say_where_a_repository_is_are_one(string url, string address) => RepositoryAddress.Of(url).ShouldBe(address);
}
