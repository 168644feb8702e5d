using GradientCI.Runner.Executors.Docker;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class RegistryCredentialsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("python:3.12", "docker.io")]
    [InlineData("pytorch/pytorch:2.4", "docker.io")]
    [InlineData("ghcr.io/org/image", "ghcr.io")]
    [InlineData("gpu1:5000/image:1", "gpu1:5000")]
    [InlineData("localhost/image", "localhost")]
    public void The_part_before_the_first_slash_is_a_registry_when_it_looks_like_a_host(string image, string host) =>
        RegistryCredentials.HostOf(image).ShouldBe(host);

    [Fact]
    public void What_docker_login_left_is_given_to_its_own_registry_alone()
    {
        Write("""
            {"auths": {
              "https://index.docker.io/v1/": {"auth": "YWRhOmh1YjpwYXNz"},
              "ghcr.io": {"auth": "Ym9iOnBhc3M="},
              "https://gpu1:5000/v2/": {"username": "eve", "password": "word"},
              "token.example.org": {"identitytoken": "abc"},
              "kept.example.org": {}
            }}
            """);
        var credentials = new RegistryCredentials(_folder.Path);

        var hub = credentials.Find("python:3.12").ShouldNotBeNull();
        (hub.Username, hub.Password, hub.ServerAddress).ShouldBe(("ada", "hub:pass", "https://index.docker.io/v1/"));
        credentials.Find("ghcr.io/org/image").ShouldNotBeNull().Password.ShouldBe("pass");
        credentials.Find("gpu1:5000/image").ShouldNotBeNull().Username.ShouldBe("eve");
        credentials.Find("token.example.org/image").ShouldNotBeNull().IdentityToken.ShouldBe("abc");
        credentials.Find("kept.example.org/image").ShouldBeNull();
        credentials.Find("ghcr.io.evil.org/image").ShouldBeNull();
        credentials.ListAll().Keys.Order(StringComparer.Ordinal).ShouldBe(["ghcr.io", "gpu1:5000", "https://index.docker.io/v1/", "token.example.org"]);
    }

    [Fact]
    public void Without_the_file_there_are_none()
    {
        new RegistryCredentials(_folder.Path).Find("ghcr.io/org/image").ShouldBeNull();
        new RegistryCredentials(null).ListAll().ShouldBeEmpty();
    }

    [Fact]
    public void A_broken_file_is_named_and_not_quoted()
    {
        Write("""{"auths": {"ghcr.io": {"auth": s3cret}}}""");

        var problem = Should.Throw<GradientException>(() => new RegistryCredentials(_folder.Path).Find("ghcr.io/org/image"));

        problem.Message.ShouldContain($"{_folder["config.json"]}, which may have the registry's password, cannot be read: it is not JSON.");
        problem.ToString().ShouldNotContain("s3cret");
    }

    [Theory]
    [InlineData("""{"credsStore": "desktop"}""")]
    [InlineData("""{"credHelpers": {"ghcr.io": "gcloud"}}""")]
    public void A_password_that_a_helper_keeps_is_said_not_to_be_asked_for(string settings)
    {
        Write(settings);

        new RegistryCredentials(_folder.Path).Advise("ghcr.io/org/image").ShouldContain("credential helper");
    }

    public void Dispose() => _folder.Dispose();

    private void Write(string settings) => _folder.Write("config.json", settings);
}
