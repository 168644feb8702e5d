using System.Text;
using GradientCI.Webhook.Intake;
using Microsoft.Extensions.Primitives;

namespace GradientCI.Webhook.Tests.Intake;

public sealed class WebhookSignatureTests
{
    // GitHub's own example.
    private const string Secret = "It's a Secret to Everybody";
    private const string Signed = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("Hello, World!");

    [Fact]
    public void GitHubs_own_example_is_signed() => new WebhookSignature([Secret]).Signs(Signed, Body).ShouldBeTrue();

    [Fact]
    public void Each_of_several_secrets_holds()
    {
        new WebhookSignature(["another one", Secret]).Signs(Signed, Body).ShouldBeTrue();
        new WebhookSignature([Secret, "another one"]).Signs(Signed, Body).ShouldBeTrue();
        new WebhookSignature(["another one"]).Signs(Signed, Body).ShouldBeFalse();
    }

    [Fact]
    public void A_body_that_differs_in_one_bit_is_not_signed()
    {
        for (var bit = 0; bit < Body.Length * 8; bit++)
        {
            byte[] changed = [.. Body];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));

            new WebhookSignature([Secret]).Signs(Signed, changed).ShouldBeFalse();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha1=757107ea0eb2509fc211221cce984b8a37570b6d")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("SHA256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1717")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1x")]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000")]
    public void Other_headers_are_refused(string header) => new WebhookSignature([Secret]).Signs(header, Body).ShouldBeFalse();

    [Fact]
    public void A_missing_header_and_two_headers_are_refused()
    {
        new WebhookSignature([Secret]).Signs(StringValues.Empty, Body).ShouldBeFalse();
        new WebhookSignature([Secret]).Signs(new StringValues([Signed, Signed]), Body).ShouldBeFalse();
    }

    [Fact]
    public void Without_a_secret_there_is_no_verifying()
    {
        Should.Throw<ArgumentException>(() => new WebhookSignature([]));
        Should.Throw<ArgumentException>(() => new WebhookSignature([Secret, ""]));
    }
}
