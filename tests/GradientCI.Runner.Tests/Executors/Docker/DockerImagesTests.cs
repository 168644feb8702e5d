using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Retention;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

/// <summary>Images of a registry that asks for a password, and their removal.</summary>
public sealed class DockerImagesTests : IDisposable
{
    private const int Limit = 120_000;

    private readonly TemporaryFolder _folder = new();
    private readonly DockerClient _client = new(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
    private readonly TestRegistry _registry = TestRegistry.Start();

    private string Image => $"{_registry.Host}/lab/train:1";

    [RegistryFact(Timeout = Limit)]
    public async Task A_private_image_is_pulled_with_what_docker_login_left()
    {
        var id = await PushAsync();
        Login();
        var told = new List<string>();
        using var executor = Executor(new DockerOptions());

        (await executor.PrepareAsync(Image, told.Add, CancellationToken.None)).ShouldBe(id);

        told.ShouldContain($"Pulling {Image}.");
        told.ShouldAllBe(line => !line.Contains(TestRegistry.Password));
        (await executor.Images.ListAsync(CancellationToken.None)).ShouldHaveSingleItem().Names.ShouldBe([Image]);
    }

    [RegistryFact(Timeout = Limit)]
    public async Task A_private_base_image_of_a_build_is_pulled_so_too()
    {
        await PushAsync();
        Login();
        using var log = new BuildLog(_folder["build.log"]);
        using var executor = Executor(new DockerOptions());

        var id = await executor.BuildAsync(
            new ImageBuild
            {
                Run = new RunId(new ProjectId("p"), "digits", 1),
                Digest = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()),
                Dockerfile = "Dockerfile",
                BaseImages = [Image],
                FindProblem = _ => null,
                Args = ImmutableSortedDictionary<string, string>.Empty,
                Resources = new ResourceSpec(),
                WriteContextAsync = async (output, cancellationToken) => await output.WriteAsync(TarOf("Dockerfile", Encoding.UTF8.GetBytes($"FROM {Image}\nLABEL a=b\n")), cancellationToken),
                Log = log,
            },
            CancellationToken.None);

        id.ShouldStartWith("sha256:");
        (await File.ReadAllTextAsync(_folder["build.log"])).ShouldNotContain(TestRegistry.Password);
        var pulled = (await _client.Images.InspectImageAsync(Image, CancellationToken.None)).RepoTags!;
        pulled.Count.ShouldBe(2);
        await _client.Images.DeleteImageAsync(id, CancellationToken.None);
        foreach (var name in pulled)
        {
            await _client.Images.DeleteImageAsync(name, CancellationToken.None);
        }
    }

    [RegistryFact(Timeout = Limit)]
    public async Task Without_a_password_it_is_said_how_to_log_in()
    {
        await PushAsync();
        using var executor = Executor(new DockerOptions());

        var problem = await Should.ThrowAsync<GradientException>(() => executor.PrepareAsync(Image, _ => { }, CancellationToken.None));

        problem.Message.ShouldContain($"The image {Image} cannot be had: ");
        problem.Remedy.ShouldNotBeNull().ShouldContain($"docker login {_registry.Host}");
    }

    [RegistryFact(Timeout = Limit)]
    public async Task A_wrong_password_is_in_no_message()
    {
        await PushAsync();
        Login("wrong-pass");
        using var executor = Executor(new DockerOptions());

        var problem = await Should.ThrowAsync<GradientException>(() => executor.PrepareAsync(Image, _ => { }, CancellationToken.None));

        problem.ToString().ShouldNotContain("wrong-pass");
        problem.ToString().ShouldNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TestRegistry.User}:wrong-pass")));
    }

    [RegistryFact(Timeout = Limit)]
    public async Task Whether_an_image_is_pulled_is_the_operators_word()
    {
        var id = await PushAsync();
        Login();
        using var never = Executor(new DockerOptions { Pull = PullPolicy.Never });
        using var always = Executor(new DockerOptions { Pull = PullPolicy.Always });
        using var missing = Executor(new DockerOptions());

        (await Should.ThrowAsync<GradientException>(() => never.PrepareAsync(Image, _ => { }, CancellationToken.None))).Remedy.ShouldNotBeNull().ShouldContain("GRADIENTCI_DOCKER_PULL");
        (await missing.PrepareAsync(Image, _ => { }, CancellationToken.None)).ShouldBe(id);
        (await never.PrepareAsync(Image, _ => { }, CancellationToken.None)).ShouldBe(id);
        var moved = await PushAsync(keepsOld: true);

        (await missing.PrepareAsync(Image, _ => { }, CancellationToken.None)).ShouldBe(id);
        (await always.PrepareAsync(Image, _ => { }, CancellationToken.None)).ShouldBe(moved);
    }

    [RegistryFact(Timeout = Limit)]
    public async Task What_was_pulled_is_removed_with_its_names_and_nothing_that_somebody_else_named()
    {
        await PushAsync();
        Login();
        using var executor = Executor(new DockerOptions());
        var id = await executor.PrepareAsync(Image, _ => { }, CancellationToken.None);
        var image = (await executor.Images.ListAsync(CancellationToken.None)).Single(each => each.Id == id);

        await _client.Images.TagImageAsync(id, "somebody/else", "1", CancellationToken.None);
        (await executor.Images.ListAsync(CancellationToken.None)).ShouldNotContain(each => each.Id == id);
        (await executor.Images.RemoveAsync(image, CancellationToken.None)).ShouldBeFalse();
        await _client.Images.DeleteImageAsync("somebody/else:1", CancellationToken.None);
        (await executor.Images.RemoveAsync(image, CancellationToken.None)).ShouldBeTrue();

        (await executor.Images.ListAsync(CancellationToken.None)).ShouldNotContain(each => each.Id == id);
        (await Should.ThrowAsync<DockerApiException>(() => _client.Images.InspectImageAsync(Image, CancellationToken.None))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [RegistryFact(Timeout = Limit)]
    public async Task No_more_images_go_than_it_takes_to_have_the_room()
    {
        await PushAsync();
        Login();
        using var executor = Executor(new DockerOptions());
        await executor.PrepareAsync(Image, _ => { }, CancellationToken.None);
        var pruning = new ImagePruning(executor.Images, store: null!);
        var plan = (await executor.Images.ListAsync(CancellationToken.None)).ToImmutableArray();

        (await pruning.MakeRoomAsync(plan, room: 1, CancellationToken.None)).ShouldBeEmpty();
        (await pruning.MakeRoomAsync(plan, room: long.MaxValue, CancellationToken.None)).ShouldHaveSingleItem().Names.ShouldBe([Image]);
    }

    [RegistryFact(Timeout = Limit)]
    public async Task An_image_that_a_container_has_stays_and_keeps_its_names()
    {
        await PushAsync();
        Login();
        using var executor = Executor(new DockerOptions());
        var id = await executor.PrepareAsync(Image, _ => { }, CancellationToken.None);
        var container = await AskAsync(HttpMethod.Post, "containers/create", new StringContent($$"""{"Image": "{{Image}}", "Cmd": ["true"]}""", Encoding.UTF8, "application/json"));

        (await executor.Images.RemoveAsync((await executor.Images.ListAsync(CancellationToken.None)).Single(each => each.Id == id), CancellationToken.None)).ShouldBeFalse();

        (await _client.Images.InspectImageAsync(Image, CancellationToken.None)).Id.ShouldBe(id);
        await _client.Containers.RemoveContainerAsync(container.Split('"')[3], force: true, CancellationToken.None);
    }

    public void Dispose()
    {
        using (var executor = Executor(new DockerOptions()))
        {
            foreach (var image in executor.Images.ListAsync(CancellationToken.None).GetAwaiter().GetResult())
            {
                executor.Images.RemoveAsync(image, CancellationToken.None).GetAwaiter().GetResult();
            }
        }

        _registry.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private DockerExecutor Executor(DockerOptions options) =>
        new(EngineAddress.Read(TestEngine.Variable), options with { ConfigFolder = _folder["docker"] }, _folder.Path, TimeProvider.System);

    private void Login(string password = TestRegistry.Password) => _folder.Write(
        "docker/config.json", $$"""{"auths": { "{{_registry.Host}}": { "auth": "{{Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TestRegistry.User}:{password}"))}}" } } }""");

    /// <summary>Brings an image into the registry that is nowhere else then, unless an older one has its name.</summary>
    private async Task<string> PushAsync(bool keepsOld = false)
    {
        // A small image of its own, so that nothing shares it.
        using var content = new ByteArrayContent(TarOf("content", Guid.NewGuid().ToByteArray()));
        var old = keepsOld ? (await _client.Images.InspectImageAsync(Image, CancellationToken.None)).Id : null;
        await AskAsync(HttpMethod.Post, $"images/create?fromSrc=-&repo={_registry.Host}/lab/train&tag=1", content);
        var id = (await _client.Images.InspectImageAsync(Image, CancellationToken.None)).Id;
        var who = Convert.ToBase64String(Encoding.UTF8.GetBytes($$"""{"username": "{{TestRegistry.User}}", "password": "{{TestRegistry.Password}}"}"""));
        while (true)
        {
            using var nothing = new ByteArrayContent([]);
            nothing.Headers.Add("X-Registry-Auth", who);
            var answer = await AskAsync(HttpMethod.Post, $"images/{_registry.Host}/lab/train/push?tag=1", nothing);
            _registry.HasEnded.ShouldBeFalse();
            if (!answer.Contains("\"error\"", StringComparison.Ordinal))
            {
                break;
            }

            // It has not begun to listen.
            answer.ShouldContain("refused");
        }

        await _client.Images.DeleteImageAsync(Image, CancellationToken.None);
        if (old is not null)
        {
            await _client.Images.TagImageAsync(old, $"{_registry.Host}/lab/train", "1", CancellationToken.None);
        }

        return id;
    }

    private static byte[] TarOf(string name, byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(bytes, leaveOpen: true))
        {
            tar.WriteEntry(new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return bytes.ToArray();
    }

    private static async Task<string> AskAsync(HttpMethod method, string path, HttpContent content)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(new Uri(TestEngine.Host).AbsolutePath), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var answer = await http.SendAsync(new HttpRequestMessage(method, $"http://engine/v1.41/{path}") { Content = content });
        return await answer.Content.ReadAsStringAsync();
    }
}
