using GradientCI.Webhook.Api;

namespace GradientCI.Webhook.Tests.Api;

public sealed class RoomTests
{
    private readonly Room _room = new("exports", most: 3, mostOfOne: 2);

    [Fact]
    public void One_token_gets_its_share_and_the_others_the_rest()
    {
        using var first = _room.Enter("ada");
        using var second = _room.Enter("ada");
        StatusOf("ada").ShouldBe(429);

        using var third = _room.Enter("bob");
        StatusOf("bob").ShouldBe(503);
        StatusOf("ada").ShouldBe(429);
    }

    [Fact]
    public void Whoever_leaves_makes_room_for_one()
    {
        var first = _room.Enter("ada");
        using var second = _room.Enter("ada");

        first.Dispose();
        first.Dispose();

        using var third = _room.Enter("ada");
        StatusOf("ada").ShouldBe(429);
    }

    private int StatusOf(string caller)
    {
        var problem = Should.Throw<ApiProblemException>(() => _room.Enter(caller)).Problem;
        problem.RetryAfter.ShouldBe(TimeSpan.FromSeconds(10));
        return problem.Status;
    }
}
