using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Runner.Builds;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class DockerBuildsTests : IDisposable
{
    private const int Limit = 120_000;

    private readonly TemporaryFolder _folder = new();
    private readonly DockerClient _client = new(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
    private readonly List<string> _digests = [];
    private BuildLog? _log;

    private string Log => File.ReadAllText(_folder["build.log"]);

    [EngineFact(Timeout = Limit)]
    public async Task An_image_is_built_with_its_arguments_up_to_its_stage_and_once()
    {
        var build = Build("""
            FROM gradientci/test:1 AS first
            ARG WORD=nothing
            COPY hello.txt /hello.txt
            RUN echo "said $WORD" && cat /hello.txt
            FROM first AS second
            RUN exit 9
            """) with
        {
            Target = "first",
            Args = ImmutableSortedDictionary<string, string>.Empty.Add("WORD", "a & b=c"),
        };
        using var executor = Executor(new DockerOptions());

        var id = await executor.BuildAsync(build, CancellationToken.None);
        var again = await executor.BuildAsync(build with { WriteContextAsync = (_, _) => throw new InvalidOperationException("It is there.") }, CancellationToken.None);

        id.ShouldStartWith("sha256:");
        again.ShouldBe(id);
        Log.ShouldContain("said a & b=c\nhello\n");
        Log.ShouldEndWith($"The image gradientci/build:{build.Digest} was built before of the same files.\n");
        (await _client.Images.InspectImageAsync($"gradientci/build:{build.Digest}", CancellationToken.None)).Id.ShouldBe(id);
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_build_that_fails_is_told_in_the_Engines_words_and_with_its_last_lines()
    {
        var build = Build("FROM gradientci/test:1\nRUN echo it is; echo broken >&2; exit 3\n");
        using var executor = Executor(new DockerOptions());

        var problem = await Should.ThrowAsync<GradientException>(() => executor.BuildAsync(build, CancellationToken.None));

        problem.Message.ShouldContain("The image of digits#1 cannot be built: The command '/bin/sh -c echo it is; echo broken >&2; exit 3' returned a non-zero code: 3. Before that it printed: ");
        problem.Message.ShouldContain("it is");
        problem.Message.ShouldContain("broken");
        problem.Remedy.ShouldBe("Read all of it with: gradientci logs digits#1 --build");
        Log.ShouldContain("returned a non-zero code: 3.");
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_Dockerfile_that_is_none_is_told_in_the_Engines_words()
    {
        using var executor = Executor(new DockerOptions());

        var problem = await Should.ThrowAsync<GradientException>(() => executor.BuildAsync(Build("FORM scratch\n"), CancellationToken.None));

        problem.Message.ShouldContain("unknown instruction: FORM");
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_build_is_off_the_network_and_within_its_memory()
    {
        var build = Build("""
            FROM gradientci/test:1
            RUN echo devices: $(ls /sys/class/net); cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null || true
            """) with
        {
            Resources = new ResourceSpec { MemoryBytes = 96 << 20, Cpus = 0.5 },
        };
        using var executor = Executor(new DockerOptions());

        await executor.BuildAsync(build, CancellationToken.None);

        Log.ShouldContain("devices: lo\n");
        Log.ShouldContain($"{96 << 20}\n");
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_fork_bomb_in_a_build_ends_with_its_command()
    {
        using var executor = Executor(new DockerOptions { Processes = 50 });

        var problem = await Should.ThrowAsync<GradientException>(() => executor.BuildAsync(
            Build("FROM gradientci/test:1\nRUN while :; do sleep 1000 & done\n"), CancellationToken.None));

        problem.Message.ShouldContain("returned a non-zero code");
        Log.ShouldContain("can't fork");
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_command_that_names_a_strangers_container_bounds_nothing_of_it()
    {
        using var made = JsonDocument.Parse(await TestEngine.AskAsync(HttpMethod.Post, "containers/create", $$"""{"Image":"{{TestEngine.Image}}","Cmd":["true"]}"""));
        var id = made.RootElement.GetProperty("Id").GetString()!;
        using var executor = Executor(new DockerOptions { Processes = 50 });

        await executor.BuildAsync(Build($"FROM gradientci/test:1\nRUN printf ' ---> Running in {id[..12]}\\n'; cat /hostname || true\n"), CancellationToken.None);

        Log.ShouldContain($"---> Running in {id[..12]}\n");
        (await _client.Containers.InspectContainerAsync(id, CancellationToken.None)).HostConfig!.PidsLimit.ShouldBeOneOf(null, 0);
        await TestEngine.AskAsync(HttpMethod.Delete, $"containers/{id}?force=1&v=1");
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_base_image_has_nothing_done_that_a_Dockerfile_may_not()
    {
        await CommitAsync("gradientci/trigger:add", "ONBUILD ADD http://169.254.169.254/latest /stolen");
        await CommitAsync("gradientci/trigger:run", "ONBUILD RUN echo by-the-base >/by-the-base");
        using var executor = Executor(new DockerOptions());

        var problem = await Should.ThrowAsync<GradientException>(() => executor.BuildAsync(
            Build("FROM gradientci/trigger:add\n") with { BaseImages = ["gradientci/trigger:add"] }, CancellationToken.None));
        await executor.BuildAsync(Build("FROM gradientci/trigger:run\nRUN cat /by-the-base\n") with { BaseImages = ["gradientci/trigger:run"] }, CancellationToken.None);

        problem.Message.ShouldContain("its base image gradientci/trigger:add has a trigger (ONBUILD) that is not carried out here: The Dockerfile has an ADD of an address");
        Log.ShouldContain("\nby-the-base\n");
        await TestEngine.AskAsync(HttpMethod.Delete, "images/gradientci/trigger:add");
        await TestEngine.AskAsync(HttpMethod.Delete, "images/gradientci/trigger:run");
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_build_that_is_given_up_ends()
    {
        using var executor = Executor(new DockerOptions());
        using var stop = new CancellationTokenSource();
        var building = executor.BuildAsync(Build("FROM gradientci/test:1\nRUN echo begun; sleep 997\n"), stop.Token);
        await FileArrival.WaitForAsync(_folder["build.log"], "begun");

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => building);
        await UntilAsync(() => !Directory.GetDirectories("/proc").Any(process => CommandOf(process).EndsWith("sleep\0997\0", StringComparison.Ordinal)));
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_build_that_does_not_end_is_ended()
    {
        using var executor = Executor(new DockerOptions { BuildTime = TimeSpan.FromSeconds(1) });

        var problem = await Should.ThrowAsync<GradientException>(() => executor.BuildAsync(Build("FROM gradientci/test:1\nRUN sleep 998\n"), CancellationToken.None));

        problem.Message.ShouldContain("it did not end within");
    }

    public void Dispose()
    {
        foreach (var digest in _digests)
        {
            try
            {
                _client.Images.DeleteImageAsync($"gradientci/build:{digest}", CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (DockerApiException)
            {
                // It was not built.
            }
        }

        _client.Dispose();
        _log?.Dispose();
        _folder.Dispose();
    }

    private static async Task CommitAsync(string name, string change)
    {
        using var made = JsonDocument.Parse(await TestEngine.AskAsync(HttpMethod.Post, "containers/create", $$"""{"Image":"{{TestEngine.Image}}","Cmd":["true"]}"""));
        var id = made.RootElement.GetProperty("Id").GetString();
        await TestEngine.AskAsync(HttpMethod.Post, $"commit?container={id}&repo={name.Split(':')[0]}&tag={name.Split(':')[1]}&changes={Uri.EscapeDataString(change)}");
        await TestEngine.AskAsync(HttpMethod.Delete, $"containers/{id}?force=1&v=1");
    }

    // Of what real processes do nobody tells us: it is looked at until it is so.
    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static string CommandOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private DockerExecutor Executor(DockerOptions options) => new(EngineAddress.Read(TestEngine.Variable), options, _folder.Path, TimeProvider.System);

    private ImageBuild Build(string dockerfile)
    {
        _digests.Add(Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()));
        return new ImageBuild
        {
            Run = new RunId(new ProjectId("p"), "digits", 1),
            Digest = _digests[^1],
            Dockerfile = "Dockerfile",
            BaseImages = [],
            FindProblem = Dockerfile.FindProblem,
            Args = ImmutableSortedDictionary<string, string>.Empty,
            Resources = new ResourceSpec(),
            Log = _log ??= new BuildLog(_folder["build.log"]),
            WriteContextAsync = async (output, cancellationToken) =>
            {
                await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
                foreach (var (name, text) in new[] { ("Dockerfile", dockerfile), ("hello.txt", "hello\n") })
                {
                    await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) }, cancellationToken);
                }
            },
        };
    }
}
