using System.Security.Cryptography;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.GitHub;

namespace GradientCI.Webhook.Tests.GitHub;

public sealed class GitHubOptionsTests
{
    [Theory]
    [InlineData("https://api.github.com")]
    [InlineData("https://github.example.org/api/v3/")]
    [InlineData("http://127.0.0.1:7000")]
    public void A_token_and_an_address_are_enough(string api) => new GitHubOptions { ApiUrl = api, Token = GitHubStage.Token }.Validate().ShouldBeEmpty();

    [Fact]
    public void Either_form_of_key_is_read()
    {
        using var folder = new TemporaryFolder();
        using var key = RSA.Create(2048);
        File.WriteAllText(folder["one.pem"], key.ExportRSAPrivateKeyPem());
        File.WriteAllText(folder["two.pem"], key.ExportPkcs8PrivateKeyPem());

        new GitHubOptions { AppId = 1, PrivateKeyFile = folder["one.pem"] }.Validate().ShouldBeEmpty();
        new GitHubOptions { ClientId = "Iv1.a", PrivateKeyFile = folder["two.pem"] }.Validate().ShouldBeEmpty();
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once()
    {
        var options = new GitHubOptions { ApiUrl = "http://github.example.org/api/v3", Token = "ghp_x y", PrivateKeyFile = "/nowhere/app.pem" };

        options.Validate().ShouldBe(
        [
            "ApiUrl 'http://github.example.org/api/v3' would send the token in the clear; give an https address.",
            "Both a Token and a GitHub App are given; give one of the two.",
            "Token has characters that no token of GitHub has; copy it again, without spaces or quotes.",
            "PrivateKeyFile is given, but neither ClientId nor AppId; copy the client id from the app's settings.",
            "PrivateKeyFile '/nowhere/app.pem' cannot be read; check its path and who may read it.",
        ]);
    }

    [Fact]
    public void Nothing_is_not_enough() =>
        new GitHubOptions().Validate().ShouldBe(["Neither a Token nor a GitHub App is given; give Token, or ClientId and PrivateKeyFile, or WithoutGitHub where there is none."]);

    [Theory]
    [InlineData("")]
    [InlineData("no key")]
    [InlineData("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")]
    public void A_file_without_a_key_is_said_so(string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["app.pem"], text);

        new GitHubOptions { AppId = 1, PrivateKeyFile = folder["app.pem"] }.Validate().ShouldHaveSingleItem().ShouldContain("holds no RSA private key");
    }

    [Theory]
    [InlineData("api.github.com")]
    [InlineData("ftp://api.github.com")]
    [InlineData("https://user:secret@api.github.com")]
    [InlineData("https://api.github.com/?x=y")]
    public void What_is_no_address_is_said_so(string api) => new GitHubOptions { ApiUrl = api, Token = GitHubStage.Token }.Validate().ShouldHaveSingleItem().ShouldContain("not the address");

    [Fact]
    public void Wrong_options_open_no_forge()
    {
        var problem = Should.Throw<GradientException>(() => new GitHubForge(new GitHubOptions { Token = "a b" }, new ManualTimeProvider()));

        problem.Kind.ShouldBe(FailureKind.Usage);
        problem.Message.ShouldNotContain("a b");
    }
}
