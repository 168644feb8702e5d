using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class EngineAddressTests
{
    [Theory]
    [InlineData(null, null, "http://engine/", "/var/run/docker.sock")]
    [InlineData("", null, "http://engine/", "/var/run/docker.sock")]
    [InlineData("unix:///run/user/1000/docker.sock", null, "http://engine/", "/run/user/1000/docker.sock")]
    [InlineData("tcp://127.0.0.1:2375", null, "http://127.0.0.1:2375/", null)]
    [InlineData("tcp://gpu1", null, "http://gpu1:2375/", null)]
    [InlineData("tcp://gpu1", "1", "https://gpu1:2376/", null)]
    [InlineData("https://gpu1:4000", null, "https://gpu1:4000/", null)]
    public void DOCKER_HOST_is_read_as_docker_reads_it(string? host, string? verify, string address, string? socket)
    {
        var read = EngineAddress.Read(name => name switch { "DOCKER_HOST" => host, "DOCKER_TLS_VERIFY" => verify, _ => null });

        read.Base.AbsoluteUri.ShouldBe(address);
        read.SocketPath.ShouldBe(socket);
    }

    [Theory]
    [InlineData("ssh://gpu1")]
    [InlineData("unix://")]
    [InlineData("gpu1")]
    public void What_names_no_Engine_is_refused(string host) =>
        Should.Throw<GradientException>(() => EngineAddress.Read(name => name == "DOCKER_HOST" ? host : null)).Message.ShouldContain(host);

    [Fact(Timeout = 30_000)]
    public async Task An_Engine_that_is_not_there_is_told_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        using var executor = Executor($"unix://{folder["docker.sock"]}", folder);

        var problem = await Should.ThrowAsync<GradientException>(() => executor.PrepareAsync("python:3.12-slim", _ => { }, CancellationToken.None));

        problem.Message.ShouldStartWith("The image python:3.12-slim is asked for, and trials cannot run in it: No Docker Engine answers at unix://");
        problem.Kind.ShouldBe(FailureKind.Environment);
        problem.Remedy.ShouldNotBeNull().ShouldContain("DOCKER_HOST");
    }

    [Fact(Timeout = 30_000)]
    public async Task Certificates_that_are_missing_are_told_in_a_sentence()
    {
        using var folder = new TemporaryFolder();
        var address = EngineAddress.Read(name => name switch { "DOCKER_HOST" => "tcp://127.0.0.1:1", "DOCKER_TLS_VERIFY" => "1", "DOCKER_CERT_PATH" => folder.Path, _ => null });

        var problem = await Should.ThrowAsync<GradientException>(() => Task.Run(() => new DockerExecutor(address, new DockerOptions(), "", TimeProvider.System).Dispose()));

        problem.Message.ShouldContain(folder.Path);
    }

    [EngineFact(Timeout = 30_000)]
    public async Task A_real_Engine_tells_its_version()
    {
        using var folder = new TemporaryFolder();
        using var executor = Executor(TestEngine.Host, folder);

        var facts = await executor.ReadFactsAsync(CancellationToken.None);

        Version.Parse(facts.ApiVersion).ShouldBeGreaterThanOrEqualTo(new Version(1, 41));
        facts.Version.ShouldNotBeEmpty();
    }

    [EngineFact(Timeout = 30_000)]
    public async Task An_image_is_known_by_its_digest()
    {
        using var folder = new TemporaryFolder();
        using var executor = Executor(TestEngine.Host, folder);

        (await executor.PrepareAsync(TestEngine.Image, _ => { }, CancellationToken.None)).ShouldMatch("^sha256:[0-9a-f]{64}$");
    }

    private static DockerExecutor Executor(string host, TemporaryFolder owner) =>
        new(EngineAddress.Read(name => name == "DOCKER_HOST" ? host : null), new DockerOptions(), owner.Path, TimeProvider.System);
}
