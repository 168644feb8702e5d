using GradientCI.Webhook.Forges.GitHub.Http;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class ResponseCacheTests
{
    private readonly ResponseCache _cache = new();

    [Fact]
    public void Find_SomebodyElsesAnswer_IsNull()
    {
        _cache.Keep("alice", At(1), Answer(10));

        _cache.Find("alice", At(1)).ShouldNotBeNull();
        _cache.Find("bob", At(1)).ShouldBeNull();
    }

    [Fact]
    public void Keep_TooMany_LetsTheOldestGo()
    {
        for (var at = 0; at < 1000; at++)
        {
            _cache.Keep("alice", At(at), Answer(10));
        }

        Enumerable.Range(0, 1000).Count(at => _cache.Find("alice", At(at)) is not null).ShouldBe(256);
        _cache.Find("alice", At(999)).ShouldNotBeNull();
    }

    [Fact]
    public void Keep_TooMuch_LetsTheOldestGo()
    {
        for (var at = 0; at < 40; at++)
        {
            _cache.Keep("alice", At(at), Answer(1 << 20));
        }

        Enumerable.Range(0, 40).Count(at => _cache.Find("alice", At(at)) is not null).ShouldBe(16);
    }

    [Fact]
    public void Keep_OneThatIsTooLarge_KeepsNothing()
    {
        _cache.Keep("alice", At(1), Answer(20 << 20));

        _cache.Find("alice", At(1)).ShouldBeNull();
    }

    [Fact]
    public void Keep_ARefusalOrAnAnswerWithoutATag_KeepsNothing()
    {
        _cache.Keep("alice", At(1), Answer(10) with { Status = 404 });
        _cache.Keep("alice", At(2), Answer(10) with { ETag = null });

        _cache.Find("alice", At(1)).ShouldBeNull();
        _cache.Find("alice", At(2)).ShouldBeNull();
    }

    private static Uri At(int page) => new($"https://api.github.com/x?page={page}");

    private static GitHubAnswer Answer(int bytes) => new() { Status = 200, Body = new byte[bytes], ETag = "\"a\"" };
}
