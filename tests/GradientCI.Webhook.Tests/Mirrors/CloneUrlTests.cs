using GradientCI.Runner.Git;

namespace GradientCI.Webhook.Tests.Mirrors;

public sealed class CloneUrlTests
{
    [Theory]
    [InlineData("https://github.com/ada/digits.git")]
    [InlineData("http://127.0.0.1:8080/ada/digits.git")]
    [InlineData("https://git.example.org/group/sub-group/digits_2.x.git")]
    [InlineData("https://[::1]:3000/ada/digits")]
    public void A_plain_url_is_taken(string text) => CloneUrl.Parse(text).Text.ShouldBe(text);

    [Theory]
    [InlineData("")]
    [InlineData("file:///etc")]
    [InlineData("/srv/digits.git")]
    [InlineData("ssh://git@github.com/ada/digits.git")]
    [InlineData("git@github.com:ada/digits.git")]
    [InlineData("git://github.com/ada/digits.git")]
    [InlineData("ext::sh -c touch% /tmp/canary")]
    [InlineData("--upload-pack=touch /tmp/canary")]
    [InlineData("-cfoo")]
    [InlineData("HTTPS://github.com/ada/digits.git")]
    [InlineData("https://")]
    [InlineData("https:///digits.git")]
    [InlineData("https://ada:secret@github.com/ada/digits.git")]
    [InlineData("https://secret@github.com/ada/digits.git")]
    [InlineData("https://github.com/ada/digits.git?token=secret")]
    [InlineData("https://github.com/ada/digits.git#secret")]
    [InlineData("https://github.com/ada/digits.git\nfoo")]
    [InlineData("https://github.com/ada/digits.git\0")]
    [InlineData("https://github.com/ada/my digits.git")]
    [InlineData("https://github.com/ada/dïgits.git")]
    public void Anything_else_is_refused_without_repeating_it(string text) =>
        Should.Throw<GradientException>(() => CloneUrl.Parse(text)).Message.ShouldNotContain("secret");
}
