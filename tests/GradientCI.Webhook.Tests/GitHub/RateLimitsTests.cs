using System.Net.Http.Headers;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.GitHub.Http;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class RateLimitsTests
{
    private static readonly byte[] Secondary = """{"message":"You have exceeded a secondary rate limit."}"""u8.ToArray();
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Judge_RefusalsOfOneMoment_CountOnce()
    {
        var limits = new RateLimits(_clock);

        for (var at = 0; at < 5; at++)
        {
            limits.Judge(Refused()).RefusedUntil.ShouldBe(_clock.GetUtcNow() + TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Judge_EndlessRefusals_WaitAnHourAtMost()
    {
        var limits = new RateLimits(_clock);
        for (var at = 0; at < 50; at++)
        {
            var until = limits.Judge(Refused()).RefusedUntil.ShouldNotBeNull();
            (until - _clock.GetUtcNow()).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(3601));
            _clock.Advance(until - _clock.GetUtcNow());
        }
    }

    [Theory]
    [InlineData(403, """{"message":"Resource not accessible by integration"}""")]
    [InlineData(403, "<html>Forbidden</html>")]
    [InlineData(404, """{"message":"rate limit"}""")]
    [InlineData(200, """{"message":"rate limit"}""")]
    public void Judge_WhatHasNothingToDoWithLimits_IsNoReasonToWait(int status, string body) =>
        new RateLimits(_clock).Judge(Refused() with { Status = status, Body = System.Text.Encoding.UTF8.GetBytes(body) }).ShouldBe((null, null));

    [Fact]
    public void Judge_ATimeToRetryAt_IsTakenOnGitHubsClock()
    {
        var theirs = _clock.GetUtcNow() + TimeSpan.FromMinutes(30);
        var answer = Refused() with { Date = theirs, RetryAfter = new RetryConditionHeaderValue(theirs + TimeSpan.FromSeconds(90)) };

        new RateLimits(_clock).Judge(answer).RefusedUntil.ShouldBe(_clock.GetUtcNow() + TimeSpan.FromSeconds(91));
    }

    private static GitHubAnswer Refused() => new() { Status = 403, Body = Secondary };
}
