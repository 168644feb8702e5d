using GradientCI.Webhook.Forges.GitHub.Http;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class NextPageTests
{
    private static readonly Uri Current = new("https://api.github.com/repos/a/b/issues/7/comments?per_page=100");

    [Theory]
    [InlineData("<https://api.github.com/x?page=2>; rel=\"next\", <https://api.github.com/x?page=9>; rel=\"last\"", "https://api.github.com/x?page=2")]
    [InlineData("<https://api.github.com/x?page=1>; rel=\"prev\", <https://api.github.com/x?page=3>; rel=\"next\"", "https://api.github.com/x?page=3")]
    [InlineData("<https://api.github.com/x?q=a,b;c&page=2>; title=\"n\"; rel=next", "https://api.github.com/x?q=a,b;c&page=2")]
    [InlineData("</x?page=2>; rel=\"next\"", "https://api.github.com/x?page=2")]
    public void Of_NextLink_IsItsAddress(string link, string next) => NextPage.Of(link, Current).ShouldBe(new Uri(next));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<https://api.github.com/x?page=1>; rel=\"prev\"")]
    [InlineData("<https://api.github.com/x?page=2; rel=\"next\"")]
    [InlineData("https://api.github.com/x?page=2; rel=\"next\"")]
    [InlineData("<https://api.github.com/x?page=2>; rel=\"nextish\"")]
    [InlineData("<http://[>; rel=\"next\"")]
    public void Of_AnythingElse_IsNull(string? link) => NextPage.Of(link, Current).ShouldBeNull();
}
