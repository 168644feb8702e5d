using System.Diagnostics;
using System.Security.Cryptography;
using GradientCI.Experiments;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Cli.Tests;

/// <summary>A run packed into files that stand alone.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _out = new();
    private readonly GradientCliHost _cli;

    public ExportTests()
    {
        _cli = new GradientCliHost(_repository.Path);
        _repository.Write("train.sh", ExampleRepository.Script(2) + """

            echo '{"metrics": {"../../etc/x, \"y\"": 1}, "step": 7}'
            cd "$GRADIENT_ARTIFACTS"
            mkdir -p plots && echo picture > plots/curve.svg
            echo odd > "$(printf 'a\nb%%c')"
            ln -s /etc/passwd link
            ln -s /etc folder
            mkfifo pipe
            """);
        _repository.Commit("Leave artifacts of all kinds");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_bundle_holds_everything_and_its_digests_are_right()
    {
        await RunAsync();

        (await _cli.TypeAsync("export", "toy#1", "--to", _out["night.tar.gz"])).ShouldEndWith(0).Out.ShouldBe(_out["night.tar.gz"] + "\n");

        var names = Shell($"tar -xzf night.tar.gz && cd toy-1 && sha256sum --quiet --check SHA256SUMS && find . -type f | LC_ALL=C sort");
        names.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "./README.txt", "./SHA256SUMS", "./commit.pack", "./gradient.yml", "./provenance.json", "./repeat.json", "./report.html", "./report.md", "./run.json", "./spec.json", "./trials.csv",
            .. new[] { 1, 2, 3 }.SelectMany(number => new[] { "artifacts/a%0Ab%25c", "artifacts/plots/curve.svg", "log.1.txt", "series.csv", "trial.json" }.Select(name => $"./trials/{number}/{name}")),
        ]);
        Read("toy-1/gradient.yml").ShouldBe(ExampleRepository.Manifest);
        Read("toy-1/trials/2/series.csv").ShouldStartWith("chart,x,y,time\n\"../../etc/x, \"\"y\"\"\",7,1,20");
        Read("toy-1/trials/2/series.csv").ShouldContain("\n\"score\",3,4,20");
        Read("toy-1/trials/2/log.1.txt").ShouldStartWith("training with lr=2 in ");
        Read("toy-1/trials/2/artifacts/plots/curve.svg").ShouldBe("picture\n");
        Read("toy-1/trials/2/trial.json").ShouldContain("\"lr\": 2");
        Read("toy-1/run.json").ShouldContain("gradientci/report/1");
    }

    [Fact(Timeout = 60_000)]
    public async Task Two_exports_are_the_same_bytes()
    {
        await RunAsync();

        await _cli.TypeAsync("export", "toy#1", "--to", _out["one.tar.gz"]);
        await _cli.TypeAsync("export", "toy#1", "--to", _out["two.tar.gz"]);

        Digest("two.tar.gz").ShouldBe(Digest("one.tar.gz"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_there_is_replaced_only_when_asked_for_and_only_when_it_is_an_export()
    {
        await RunAsync();
        var mine = Directory.CreateDirectory(_out["mine"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(mine, "thesis.tex"), "years of work");

        (await _cli.TypeAsync("export", "toy#1", "--to", _out["bundle"])).ShouldEndWith(0);
        (await _cli.TypeAsync("export", "toy#1", "--to", _out["bundle"])).ShouldEndWith(2).Error.ShouldContain("is already there");
        (await _cli.TypeAsync("export", "toy#1", "--to", _out["bundle"], "--force")).ShouldEndWith(0);
        (await _cli.TypeAsync("export", "toy#1", "--to", mine, "--force")).ShouldEndWith(2).Error.ShouldContain("is not an earlier export");

        File.Exists(Path.Combine(mine, "thesis.tex")).ShouldBeTrue();
        Shell("cd bundle && sha256sum --quiet --check SHA256SUMS").ShouldBeEmpty();
        Directory.GetFileSystemEntries(_out.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["bundle", "mine"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_gone_is_named_in_the_bundle()
    {
        await RunAsync();
        var log = (await _cli.TypeAsync("logs", "toy#1.2", "--path")).Out.Trim();
        File.Delete(log);
        foreach (var plots in Directory.GetDirectories(Path.Combine(_cli.Data, "artifacts"), "plots", SearchOption.AllDirectories))
        {
            // What the trial made of this kind was removed when it ended; this came later.
            Shell($"mkfifo '{Path.GetDirectoryName(plots)}/pipe'");
        }

        var answer = await _cli.TypeAsync("export", "toy#1", "--to", _out["bundle"]);

        answer.ShouldEndWith(0).Error.ShouldBe("""
            note: trials/1/artifacts/pipe is missing: it is no plain file, or cannot be read.
            note: trials/2/log.1.txt is missing: it was removed, or the attempt never started.
            note: trials/2/artifacts/pipe is missing: it is no plain file, or cannot be read.
            note: 1 more file is missing; README.txt of the bundle names all of them.

            """);
        Read("bundle/README.txt").ShouldContain("trials/2/log.1.txt is missing");
    }

    [FactOnSmallDisk(Timeout = 60_000)]
    public async Task An_export_that_breaks_leaves_nothing()
    {
        await RunAsync();
        using var disk = new SmallDisk(_out["disk"], megabytes: 1);
        File.WriteAllBytes(Path.Combine(disk.Path, "filler"), new byte[1012 << 10]);

        (await _cli.TypeAsync("export", "toy#1", "--to", Path.Combine(disk.Path, "night.tar.gz"))).ShouldEndWith(3);

        Directory.GetFileSystemEntries(disk.Path).Select(Path.GetFileName).ShouldBe(["filler"]);
    }

    [FactOnSmallDisk(Timeout = 60_000)]
    public async Task An_export_leaves_the_disk_of_the_data_folder_its_reserve_and_goes_to_another_one()
    {
        using var disk = new SmallDisk(_out["disk"], megabytes: 32);
        await using (var store = await SqliteExperimentStore.OpenAsync(disk.Path, TimeProvider.System, CancellationToken.None))
        {
            var run = await store.AddRunAsync();
            await store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Finished, StoreSamples.Noon), CancellationToken.None);
        }

        var refused = await _cli.TypeAsync("export", "digits#1", "--data", disk.Path, "--to", Path.Combine(disk.Path, "night.tar.gz"));
        var elsewhere = await _cli.TypeAsync("export", "digits#1", "--data", disk.Path, "--to", _out["night.tar.gz"]);

        refused.ShouldEndWith(3).Error.ShouldContain(" MiB left, and 256 MiB are kept in reserve: nothing is exported onto it until there is room.");
        Directory.GetFiles(disk.Path, "night*").ShouldBeEmpty();
        elsewhere.ShouldEndWith(0);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _out.Dispose();
        _repository.Dispose();
    }

    private async Task RunAsync() => (await _cli.TypeAsync("run")).ShouldEndWith(0);

    private string Read(string name) => File.ReadAllText(Path.Combine(_out.Path, name));

    private string Digest(string name) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_out[name])));

    private string Shell(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { WorkingDirectory = _out.Path, UseShellExecute = false, RedirectStandardOutput = true })!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, line);
        return text;
    }
}
