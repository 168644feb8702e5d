using System.Collections.Immutable;
using System.Formats.Tar;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class DockerSetupsTests : IDisposable
{
    private const int Limit = 120_000;
    private static readonly DateTimeOffset Time = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly DockerClient _client = new(EngineAddress.Read(TestEngine.Variable), TimeProvider.System);
    private readonly List<string> _digests = [];
    private BuildLog? _log;

    private string Log => File.ReadAllText(_folder["build.log"]);

    [EngineFact(Timeout = Limit)]
    public async Task What_it_installs_is_in_the_image_of_every_trial_and_it_is_run_once()
    {
        var setup = Setup("""
            echo "as $(id -u) in $PWD with $WORD of $GRADIENT_WORKSPACE"
            cat hello.txt >/opt-installed
            echo junk >$HOME/cache; echo junk >$TMPDIR/half-made
            """) with
        {
            Environment = ImmutableSortedDictionary<string, string>.Empty.Add("WORD", "a & b=c"),
        };
        using var executor = Executor(new DockerOptions());

        var id = await executor.SetUpAsync(setup, CancellationToken.None);
        var again = await executor.SetUpAsync(setup with { WriteFilesAsync = (_, _) => throw new InvalidOperationException("It is there.") }, CancellationToken.None);

        id.ShouldStartWith("sha256:");
        again.ShouldBe(id);
        Log.ShouldContain("as 0 in /gradientci/workspace with a & b=c of /gradientci/workspace\n");
        Log.ShouldEndWith("was set up before with the same files.\n");
        var (end, printed) = await TryAsync(executor, id, "cat /opt-installed; ls /gradientci; echo ${WORD-none}; id -u");
        end.ShouldBe(new AttemptEnd(0));
        printed.ShouldMatch(@"\Ahello\nworkspace\nnone\n[1-9][0-9]*\n\z");
        (await TestEngine.ContainersOfAsync(_folder.Path)).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task What_it_makes_or_changes_in_the_working_copy_is_in_each_trials_own()
    {
        using var executor = Executor(new DockerOptions());
        var setup = Setup("""
            echo more >>hello.txt; chmod +x src/run.sh
            mkdir -p made/deep; echo new >made/deep/file; ln -s deep made/link; ln made/deep/file made/second; chmod 600 made/deep/file
            """);
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(_folder["work"]).FullName, "hello.txt"), "hello\n");
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(_folder["work/src"]).FullName, "other"), "other\n");
        await File.WriteAllTextAsync(_folder["work/src/run.sh"], "echo run\n");

        var id = await executor.SetUpAsync(setup, CancellationToken.None);

        var (end, printed) = await TryAsync(executor, id, "cat hello.txt made/link/file made/second; ./src/run.sh; echo own >made/own; ls -R /gradientci/made");
        printed.ShouldBe("""
            hello
            more
            new
            new
            run
            /gradientci/made:
            hello.txt
            made
            src

            /gradientci/made/made:
            deep
            link
            second

            /gradientci/made/made/deep:
            file

            /gradientci/made/src:
            run.sh

            """);
        end.ShouldBe(new AttemptEnd(0));
        File.Exists(_folder["work/src/other"]).ShouldBeTrue();
        File.Exists(_folder["scratch"]).ShouldBeFalse();
    }

    [EngineFact(Timeout = Limit)]
    public async Task One_that_fails_is_told_with_its_last_lines_and_leaves_nothing()
    {
        using var executor = Executor(new DockerOptions());
        var setup = Setup("echo it is; echo broken >&2; exit 3");

        var problem = await Should.ThrowAsync<GradientException>(() => executor.SetUpAsync(setup, CancellationToken.None));

        problem.Message.ShouldStartWith("The image of digits#1 cannot be built: its setup ended with code 3. Before that it printed: ");
        problem.Message.ShouldEndWith("it is / broken");
        problem.Remedy.ShouldBe("Read all of it with: gradientci logs digits#1 --build");
        (await TestEngine.ContainersOfAsync(_folder.Path)).ShouldBeEmpty();
        (await _client.Images.ListImagesAsync("reference", $"gradientci/build:{setup.Digest}", CancellationToken.None)).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task It_has_the_bounds_of_a_trial_and_of_rights_a_package_managers()
    {
        using var executor = Executor(new DockerOptions { Processes = 50 });
        var setup = Setup("""
            echo devices: $(ls /sys/class/net)
            grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status
            cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null
            while :; do sleep 1000 & done
            """) with
        {
            Resources = new ResourceSpec { MemoryBytes = 96 << 20, Cpus = 0.5 },
        };

        await Should.ThrowAsync<GradientException>(() => executor.SetUpAsync(setup, CancellationToken.None));

        Log.ShouldContain("devices: lo\nCapEff:\t00000000000000db\nNoNewPrivs:\t1\nSeccomp:\t2\n");
        Log.ShouldContain($"{96 << 20}\n");
        Log.ShouldContain("can't fork");
    }

    [EngineFact(Timeout = Limit)]
    public async Task One_that_writes_too_much_keeps_nothing_of_it()
    {
        using var executor = Executor(new DockerOptions { SetupBytes = 1 << 20 });

        var problem = await Should.ThrowAsync<GradientException>(() => executor.SetUpAsync(Setup("dd if=/dev/zero of=/fill bs=1M count=3"), CancellationToken.None));

        problem.Message.ShouldContain("its setup wrote more than the 1 MiB that a setup may");
    }

    [EngineFact(Timeout = Limit)]
    public async Task One_that_does_not_end_is_ended()
    {
        using var executor = Executor(new DockerOptions { BuildTime = TimeSpan.FromSeconds(2) });

        var problem = await Should.ThrowAsync<GradientException>(() => executor.SetUpAsync(Setup("sleep 998"), CancellationToken.None));

        problem.Message.ShouldContain("its setup did not end within");
        (await TestEngine.ContainersOfAsync(_folder.Path)).ShouldBeEmpty();
    }

    [EngineFact(Timeout = Limit)]
    public async Task A_stranger_to_the_working_copy_takes_nothing_out_of_it()
    {
        using var executor = Executor(new DockerOptions());
        var setup = Setup("""
            ln -s / root; ln -s /etc/passwd users; mkfifo pipe; ln -s /etc /gradientci/made
            echo odd >'a file
            of two lines'
            """);

        var id = await executor.SetUpAsync(setup, CancellationToken.None);

        var (end, printed) = await TryAsync(executor, id, "ls -A; readlink root; [ ! -e /etc/root ] && echo kept");
        end.ShouldBe(new AttemptEnd(0), printed);
        printed.ShouldBe("a file?of two lines\nroot\nusers\n/\nkept\n");
    }

    [EngineFact(Timeout = Limit)]
    public async Task Variables_that_programs_outside_obey_come_back_in_the_image()
    {
        using var executor = Executor(new DockerOptions());
        var bent = await executor.SetUpAsync(Setup("true"), CancellationToken.None);
        await TestEngine.AskAsync(
            HttpMethod.Post,
            $"commit?container={await MakeContainerAsync(bent)}&repo=gradientci/variables&tag=1&changes=ENV%20LD_LIBRARY_PATH=/opt/own&changes=ENV%20NVIDIA_VISIBLE_DEVICES=all&changes=ENV%20A=b");
        var under = (await _client.Images.InspectImageAsync("gradientci/variables:1", CancellationToken.None)).Id;

        var id = await executor.SetUpAsync(Setup("echo \"$LD_LIBRARY_PATH $A\"") with { Image = under }, CancellationToken.None);

        Log.ShouldContain("\n/opt/own b\n");
        (await _client.Images.InspectImageAsync(id, CancellationToken.None)).Config!.Env!.ShouldBe(
            (await _client.Images.InspectImageAsync(under, CancellationToken.None)).Config!.Env!, ignoreOrder: true);
        await TestEngine.AskAsync(HttpMethod.Delete, "images/gradientci/variables:1");
    }

    [EngineFact(Timeout = Limit)]
    public async Task One_whose_worker_died_is_an_orphan_and_a_persons_container_of_its_image_is_not()
    {
        using var executor = Executor(new DockerOptions());
        using var stop = new CancellationTokenSource();
        var setup = Setup("echo begun; sleep 997");
        var made = await executor.SetUpAsync(Setup("true"), CancellationToken.None);
        var persons = await MakeContainerAsync(made);
        var running = executor.SetUpAsync(setup, stop.Token);
        await FileArrival.WaitForAsync(_folder["build.log"], "\nbegun\n");

        (await executor.RemoveOrphansAsync(_ => Task.FromResult(false), _ => null, CancellationToken.None)).ShouldBe(0);
        (await executor.RemoveOrphansAsync(_ => Task.FromResult(false), digest => digest == setup.Digest ? new MemoryStream() : null, CancellationToken.None)).ShouldBe(1);

        await Should.ThrowAsync<GradientException>(() => running);
        (await TestEngine.ContainersOfAsync(_folder.Path)).ShouldBe([persons]);
        await TestEngine.AskAsync(HttpMethod.Delete, $"containers/{persons}?force=1&v=1");
    }

    public void Dispose()
    {
        foreach (var digest in Enumerable.Reverse(_digests))
        {
            try
            {
                _client.Images.DeleteImageAsync($"gradientci/build:{digest}", CancellationToken.None).GetAwaiter().GetResult();
            }
            catch (DockerApiException)
            {
                // It was not made.
            }
        }

        _client.Dispose();
        _log?.Dispose();
        _folder.Dispose();
    }

    private static async Task<string> MakeContainerAsync(string image)
    {
        using var made = System.Text.Json.JsonDocument.Parse(await TestEngine.AskAsync(HttpMethod.Post, "containers/create", $$"""{"Image":"{{image}}","Cmd":["true"]}"""));
        return made.RootElement.GetProperty("Id").GetString()!;
    }

    private DockerExecutor Executor(DockerOptions options) => new(EngineAddress.Read(TestEngine.Variable), options, _folder.Path, TimeProvider.System);

    private async Task<(AttemptEnd End, string Printed)> TryAsync(DockerExecutor executor, string image, string shell)
    {
        var work = Directory.CreateDirectory(_folder["work"]).FullName;
        var request = new AttemptRequest
        {
            Id = new AttemptId(new TrialId(new RunId(new ProjectId("p-000000"), "setups", 1), 1), 1),
            Command = new CommandSpec([shell], IsShell: true),
            Setup = ImageSetup.TakeOver,
            WorkingDirectory = work,
            Environment = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add("GRADIENT_WORKSPACE", work),
            LogPath = _folder["log"],
            StateDirectory = _folder["state"],
            Image = image,
        };
        await using var attempt = await executor.StartAsync(request, CancellationToken.None);
        return (await attempt.Completion, await File.ReadAllTextAsync(request.LogPath));
    }

    private ImageSetup Setup(string line)
    {
        _digests.Add(Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()));
        (string Name, string Text)[] files = [("hello.txt", "hello\n"), ("src/run.sh", "echo run\n")];
        return new ImageSetup
        {
            Run = new RunId(new ProjectId("p"), "digits", 1),
            Digest = _digests[^1],
            Image = TestEngine.Image,
            Line = line,
            WorkingDirectory = ".",
            Environment = ImmutableSortedDictionary<string, string>.Empty,
            Resources = new ResourceSpec(),
            Files = files.ToDictionary(file => file.Name, file => new SetupFile(file.Text.Length, IsExecutable: false, Time), StringComparer.Ordinal),
            Scratch = _folder["scratch"],
            Log = _log ??= new BuildLog(_folder["build.log"]),
            WriteFilesAsync = async (output, cancellationToken) =>
            {
                await using var tar = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true);
                foreach (var folder in new[] { "gradientci", "gradientci/workspace", "gradientci/workspace/src" })
                {
                    await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, folder) { Mode = (UnixFileMode)0x1ED, ModificationTime = Time }, cancellationToken);
                }

                foreach (var (name, text) in files)
                {
                    await tar.WriteEntryAsync(
                        new PaxTarEntry(TarEntryType.RegularFile, $"gradientci/workspace/{name}") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), ModificationTime = Time, Mode = (UnixFileMode)0x1A4 },
                        cancellationToken);
                }
            },
        };
    }
}
