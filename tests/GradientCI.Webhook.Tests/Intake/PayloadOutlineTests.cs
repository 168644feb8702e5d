using System.Text;
using GradientCI.Webhook.Intake;
using GradientCI.Webhook.Tests.GitHub;

namespace GradientCI.Webhook.Tests.Intake;

public sealed class PayloadOutlineTests
{
    [Theory]
    [InlineData("""{"repository": {"name": "digits", "owner": {"id": 1}, "id": 42, "topics": [{"id": 2}]}, "sender": {"id": 3}}""", 42L)]
    [InlineData("""{"id": 1, "sender": {"repository": {"id": 2}}}""", null)]
    [InlineData("""{"repositories": [{"id": 1}], "repository": null, "organization": {"id": 2}}""", null)]
    [InlineData("""{"repository": {"id": "42"}}""", null)]
    [InlineData("""{"repository": {"id": 4.5}}""", null)]
    [InlineData("""{"repository": [{"id": 42}]}""", null)]
    [InlineData("""{"repository": {"id": {"id": 42}}}""", null)]
    [InlineData("""{"repository": {"id": 1}, "repository": {"id": 42}}""", 42L)]
    public void The_repository_is_the_one_that_the_payload_is_of(string body, long? repository)
    {
        PayloadOutline.TryRead(Encoding.UTF8.GetBytes(body), out var read).ShouldBeTrue();

        read.ShouldBe(repository);
    }

    [Fact]
    public void Every_published_example_has_the_repository_that_a_full_read_finds()
    {
        foreach (var name in Payload.Names)
        {
            PayloadOutline.TryRead(Payload.Delivery(name).Body.Span, out var repository).ShouldBeTrue();

            repository.ShouldBe((long?)Payload.Example(name)["repository"]?["id"], name);
        }
    }
}
