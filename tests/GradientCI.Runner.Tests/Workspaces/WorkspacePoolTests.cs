using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Tests.Git;
using GradientCI.Runner.Workspaces;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Workspaces;

public sealed class WorkspacePoolTests : IClassFixture<SampleRepository>, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestRepository _repository;
    private readonly GitRepository _git;
    private readonly CommitSha _commit;
    private readonly WorkspacePool _pool;
    private int _attempts;

    public WorkspacePoolTests(SampleRepository sample)
    {
        (_repository, _git, _commit) = (sample.Repository, sample.Git, sample.Commit);
        _pool = new WorkspacePool(Root, _git);
    }

    private string Root => _folder["workspaces"];

    // Of one more attempt.
    private string Tenancy() => _folder[$"attempts/{Interlocked.Increment(ref _attempts)}/workspace"];

    public void Dispose()
    {
        _pool.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_workspace_holds_the_commit_and_nothing_else()
    {
        await using var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);

        ShouldBeFresh(workspace.Path);
        workspace.Commit.ShouldBe(_commit);
        workspace.Statistics.FilesWritten.ShouldBe(7);
        File.GetUnixFileMode(Path.Combine(workspace.Path, "train.py")).ShouldBe((UnixFileMode)0x1A4);
        File.GetUnixFileMode(Path.Combine(workspace.Path, "run.sh")).ShouldBe((UnixFileMode)0x1ED);
    }

    [Fact]
    public async Task A_second_trial_gets_the_same_folder_without_a_byte_written()
    {
        var first = await _pool.AcquireAsync(_commit, Tenancy(), default);
        await first.DisposeAsync();

        await using var second = await _pool.AcquireAsync(_commit, Tenancy(), default);

        second.Path.ShouldBe(first.Path);
        second.Statistics.FilesKept.ShouldBe(7);
        second.Statistics.BytesWritten.ShouldBe(0);
        ShouldBeFresh(second.Path);
    }

    public static TheoryData<string> Spoilings =>
    [
        "echo more >> train.py",
        "printf \"print('HELLO')\\n\" > train.py",
        "printf \"print('HELLO')\\n\" > train.py; touch -d 2001-01-01 train.py",
        "cp -p train.py keep; printf X | dd of=train.py bs=1 seek=3 conv=notrunc 2>/dev/null; touch -r keep train.py; rm keep",
        "rm train.py",
        "rm -r src",
        "rm train.py; mkdir train.py; echo x > train.py/inside",
        "rm -r src; echo file > src",
        "rm -r src; ln -s /etc src",
        "mv src elsewhere; ln -s elsewhere src",
        "rm train.py; ln -s /etc/hostname train.py",
        "rm link; ln -s /etc/hostname link",
        "rm link; cp src/data.csv link",
        "ln train.py twin; rm twin; ln train.py ../../../twin-$$",
        "ln -f run.sh train.py",
        "chmod 600 train.py; chmod -x run.sh; chmod +x src/data.csv; chmod u+s run.sh",
        "chmod 000 src/model; chmod 000 src; chmod 000 train.py",
        "chmod 555 .; chmod 555 src",
        "mkdir -p out/a/b; echo x > out/a/b/c; chmod 000 out/a/b out/a out",
        "mkfifo pipe; mkfifo src/pipe; rm train.py; mkfifo train.py",
        "rm train.py; truncate -s 15 train.py",
        "mkdir .git; echo x > .git/config; mkdir src/.git",
        "mv src src2; mv größe src; mv src2 größe",
        "printf x > \"$(printf 'caf\\351')\"; printf x > \"$(printf 'a\\nb')\"; printf x > \" \"; printf x > ./-rf",
        "echo x > .hidden; mkdir .cache; echo x > .cache/y",
        "i=0; while [ $i -lt 300 ]; do mkdir d; cd d; i=$((i+1)); done; echo deep > file",
        "rm -rf ./* ./.[!.]*",
        "touch train.py run.sh src/data.csv",
        "echo data >> \"$PWD/link\"",
        "rmdir größe 2>/dev/null; mkdir -p src/model/empty",
        "p=$PWD; cd ..; rm -rf \"$p\"",
        "p=$PWD; cd ..; mv \"$p\" moved; ln -s /etc files; rm -r moved",
        "p=$PWD; cd ..; rm -rf \"$p\"; echo not a folder > files",
    ];

    [Theory]
    [MemberData(nameof(Spoilings))]
    public async Task Whatever_a_trial_did_the_next_one_starts_fresh(string spoiling)
    {
        var first = await _pool.AcquireAsync(_commit, Tenancy(), default);
        var start = new ProcessStartInfo("/bin/sh", ["-c", spoiling]) { WorkingDirectory = first.Path };
        using (var trial = Process.Start(start)!)
        {
            await trial.WaitForExitAsync();
        }

        await first.DisposeAsync();
        await using var second = await _pool.AcquireAsync(_commit, Tenancy(), default);

        second.Path.ShouldBe(first.Path);
        ShouldBeFresh(second.Path);
        File.GetUnixFileMode(Path.Combine(second.Path, "run.sh")).ShouldBe((UnixFileMode)0x1ED);
        File.GetUnixFileMode(Path.Combine(second.Path, "src")).ShouldBe((UnixFileMode)0x1ED);
        File.ReadAllText("/etc/passwd").ShouldContain("root");
    }

    [Fact]
    public async Task A_change_in_the_very_clock_tick_of_the_writing_is_noticed()
    {
        // Same inode, same size, and as fast as a process can: many of these fall into one tick of a coarse clock.
        for (var round = 0; round < 50; round++)
        {
            var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);
            var file = Path.Combine(workspace.Path, "train.py");
            (await File.ReadAllTextAsync(file)).ShouldBe("print('hello')\n");
            await using (var stream = new FileStream(file, FileMode.Open))
            {
                stream.Write("PRINT"u8);
            }

            await workspace.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_socket_left_behind_is_removed()
    {
        var first = await _pool.AcquireAsync(_commit, Tenancy(), default);
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(first.Path, "s")));
        }

        await first.DisposeAsync();
        await using var second = await _pool.AcquireAsync(_commit, Tenancy(), default);

        ShouldBeFresh(second.Path);
    }

    [Fact]
    public async Task Another_commit_costs_the_files_that_differ()
    {
        await (await _pool.AcquireAsync(_commit, Tenancy(), default)).DisposeAsync();
        _repository.Write("train.py", "print('changed')\n");
        _repository.Delete("größe/日本.txt");
        _repository.Write("new/file", "new");
        var next = new CommitSha(_repository.Commit("Next"));

        await using var workspace = await _pool.AcquireAsync(next, Tenancy(), default);

        workspace.Statistics.FilesWritten.ShouldBe(2);
        workspace.Statistics.BytesWritten.ShouldBe("print('changed')\n".Length + "new".Length);
        File.ReadAllText(Path.Combine(workspace.Path, "train.py")).ShouldBe("print('changed')\n");
        Directory.Exists(Path.Combine(workspace.Path, "größe")).ShouldBeFalse();
    }

    [Fact]
    public async Task Trials_at_once_have_folders_of_their_own()
    {
        var workspaces = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _pool.AcquireAsync(_commit, Tenancy(), default)));

        workspaces.Select(workspace => workspace.Path).Distinct(StringComparer.Ordinal).Count().ShouldBe(4);
        workspaces.ToList().ForEach(workspace => ShouldBeFresh(workspace.Path));
        foreach (var workspace in workspaces)
        {
            await workspace.DisposeAsync();
        }
    }

    [Fact]
    public async Task Two_pools_share_a_root_without_sharing_a_folder()
    {
        await using var other = new WorkspacePool(Root, _git);

        await using var mine = await _pool.AcquireAsync(_commit, Tenancy(), default);
        await using var theirs = await other.AcquireAsync(_commit, Tenancy(), default);

        theirs.Path.ShouldNotBe(mine.Path, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_later_process_goes_on_with_the_folders_of_an_earlier_one()
    {
        await (await _pool.AcquireAsync(_commit, Tenancy(), default)).DisposeAsync();
        await _pool.DisposeAsync();

        await using var later = new WorkspacePool(Root, _git);
        await using var workspace = await later.AcquireAsync(_commit, Tenancy(), default);

        workspace.Statistics.FilesWritten.ShouldBe(0);
        ShouldBeFresh(workspace.Path);
    }

    [Fact]
    public async Task A_disposed_pool_leaves_nothing_of_its_trials()
    {
        var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);
        await File.WriteAllTextAsync(Path.Combine(workspace.Path, "checkpoint"), "large");
        await workspace.DisposeAsync();

        await _pool.DisposeAsync();

        ShouldBeFresh(workspace.Path);
    }

    [Fact]
    public async Task The_folder_of_a_process_that_died_is_taken_over()
    {
        var held = await HoldAsDeadProcessAsync();
        await File.WriteAllTextAsync(Path.Combine(held, "train.py"), "half");

        await using var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);

        workspace.Path.ShouldBe(held);
        ShouldBeFresh(workspace.Path);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_folder_that_a_process_still_lives_in_is_left_alone(bool standsInIt)
    {
        var held = await HoldAsDeadProcessAsync();
        var start = new ProcessStartInfo("sleep", ["1000"]) { WorkingDirectory = standsInIt ? Path.Combine(held, "src") : "/" };
        start.Environment["GRADIENT_WORKSPACE"] = standsInIt ? "" : held;
        using var trial = Process.Start(start)!;

        await using var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);

        workspace.Path.ShouldNotBe(held, StringComparer.Ordinal);
        trial.Kill();
        await trial.WaitForExitAsync();
        await using var next = await _pool.AcquireAsync(_commit, Tenancy(), default);
        next.Path.ShouldBe(held);
        ShouldBeFresh(held);
    }

    [Fact]
    public async Task The_folder_of_an_attempt_that_is_not_settled_is_its_own_until_it_is_adopted_and_given_back()
    {
        var tenancy = Tenancy();
        var left = await LeaveAsDeadProcessAsync(tenancy);

        await using var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);
        (await _pool.TrimAsync(0, default)).ShouldBe(0);
        var adopted = _pool.TryAdopt(tenancy).ShouldNotBeNull();

        workspace.Path.ShouldNotBe(left, StringComparer.Ordinal);
        (adopted.Path, adopted.Commit).ShouldBe((left, null));
        (await File.ReadAllTextAsync(Path.Combine(left, "result"))).ShouldBe("kept");
        _pool.TryAdopt(tenancy).ShouldBeNull("it has an owner now");
        await adopted.DisposeAsync();
        File.ReadAllText(tenancy).ShouldBeEmpty();
        _pool.TryAdopt(tenancy).ShouldBeNull("it was given back");
        await using var next = await _pool.AcquireAsync(_commit, Tenancy(), default);
        next.Path.ShouldBe(left);
        ShouldBeFresh(left);
    }

    [Fact]
    public async Task Of_many_that_adopt_an_attempt_one_gets_its_folder()
    {
        var tenancy = Tenancy();
        var left = await LeaveAsDeadProcessAsync(tenancy);

        var adopted = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _pool.TryAdopt(tenancy))));

        adopted.Count(workspace => workspace is not null).ShouldBe(1);
        await adopted.Single(workspace => workspace?.Path == left)!.DisposeAsync();
    }

    [Fact]
    public async Task A_folder_whose_attempt_has_no_file_is_not_kept_for_ever()
    {
        // Its owner died just before the file was written, or while giving the folder back; or the attempt was deleted.
        var tenancy = Tenancy();
        var left = await LeaveAsDeadProcessAsync(tenancy);
        File.Delete(tenancy);

        _pool.TryAdopt(tenancy).ShouldBeNull();
        await using var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);

        workspace.Path.ShouldBe(left);
        ShouldBeFresh(left);
    }

    [Fact]
    public async Task A_folder_that_is_another_attempts_by_now_is_not_adopted()
    {
        var (earlier, later) = (Tenancy(), Tenancy());
        var left = await LeaveAsDeadProcessAsync(earlier);
        var stale = await File.ReadAllTextAsync(earlier);
        File.Delete(earlier);
        (await LeaveAsDeadProcessAsync(later)).ShouldBe(left);
        await File.WriteAllTextAsync(earlier, stale);

        _pool.TryAdopt(earlier).ShouldBeNull();

        await using var adopted = _pool.TryAdopt(later);
        adopted.ShouldNotBeNull().Path.ShouldBe(left);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("1")]
    [InlineData("/etc/1/files")]
    [InlineData("ROOT/0/files")]
    [InlineData("ROOT/99/files")]
    [InlineData("ROOT/../1/files")]
    [InlineData("ROOT/1\0/files")]
    public async Task A_tenancy_that_names_no_folder_of_ours_is_none(string content)
    {
        await (await _pool.AcquireAsync(_commit, Tenancy(), default)).DisposeAsync();
        var tenancy = _folder.Write("odd/workspace", content.Replace("ROOT", Root, StringComparison.Ordinal));

        _pool.TryAdopt(tenancy).ShouldBeNull();
    }

    [Fact]
    public async Task A_tenancy_that_cannot_be_written_is_named_and_costs_no_folder()
    {
        var obstacle = _folder.Write("obstacle", "");

        var error = await Should.ThrowAsync<GradientException>(() => _pool.AcquireAsync(_commit, Path.Combine(obstacle, "workspace"), default));

        (error.Kind, error.Message.Contains(obstacle, StringComparison.Ordinal)).ShouldBe((FailureKind.Environment, true));
        await using var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);
        workspace.Path.ShouldBe(Path.Combine(Root, "1", "files"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("\u0001\0\0\0\u0004boot\0\0\0\0\0\0\0\0\u00ff\u00ff\u00ff\u007f\u00ff\u00ff\u00ff\u007f")]
    public async Task A_damaged_index_costs_time_and_nothing_else(string content)
    {
        await (await _pool.AcquireAsync(_commit, Tenancy(), default)).DisposeAsync();
        await _pool.DisposeAsync();
        var index = Directory.GetFiles(Root, "index", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(index, Encoding.Latin1.GetBytes(content));
        await File.WriteAllTextAsync(Path.Combine(Root, "1", "files", "train.py"), "half");

        await using var later = new WorkspacePool(Root, _git);
        await using var workspace = await later.AcquireAsync(_commit, Tenancy(), default);

        ShouldBeFresh(workspace.Path);
    }

    [Fact]
    public async Task An_index_of_an_earlier_boot_is_held_against_the_contents()
    {
        await (await _pool.AcquireAsync(_commit, Tenancy(), default)).DisposeAsync();
        await _pool.DisposeAsync();
        var file = Directory.GetFiles(Root, "index", SearchOption.AllDirectories).Single();
        WorkspaceIndex.Load(file, await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id") is var boot ? boot.Trim() : "").Save(file, "another");

        await using var later = new WorkspacePool(Root, _git);
        await using var workspace = await later.AcquireAsync(_commit, Tenancy(), default);

        workspace.Statistics.FilesVerified.ShouldBe(7);
        workspace.Statistics.FilesWritten.ShouldBe(0);
        ShouldBeFresh(workspace.Path);
    }

    [Fact]
    public async Task A_cancelled_acquisition_leaves_a_folder_that_the_next_one_completes()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => _pool.AcquireAsync(_commit, Tenancy(), cancelled.Token));
        await using var workspace = await _pool.AcquireAsync(_commit, Tenancy(), default);

        ShouldBeFresh(workspace.Path);
    }

    [Fact]
    public async Task A_submodule_is_an_empty_folder()
    {
        _repository.Git("update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,vendor/lib");
        _repository.Git("commit", "--quiet", "-m", "Submodule");
        var commit = new CommitSha(_repository.Git("rev-parse", "HEAD").Trim());
        var first = await _pool.AcquireAsync(commit, Tenancy(), default);
        await File.WriteAllTextAsync(Path.Combine(first.Path, "vendor/lib/left"), "over");
        await first.DisposeAsync();

        await using var workspace = await _pool.AcquireAsync(commit, Tenancy(), default);

        Directory.EnumerateFileSystemEntries(Path.Combine(workspace.Path, "vendor/lib")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_that_is_not_UTF_8_is_written_as_it_is()
    {
        var blob = _repository.WriteObject("blob", "x"u8.ToArray());
        var commit = _repository.CommitTree($"100644 blob {blob}\tcaf\u00e9\0", Encoding.Latin1);

        await using var workspace = await _pool.AcquireAsync(commit, Tenancy(), default);

        Shell.Run("/bin/sh", "-c", $"cd '{workspace.Path}' && ls | od -An -tx1").Trim().ShouldBe("63 61 66 e9 0a");
        await workspace.DisposeAsync();
        await using var again = await _pool.AcquireAsync(commit, Tenancy(), default);
        again.Statistics.FilesWritten.ShouldBe(0);
        await again.DisposeAsync();

        // .NET could not delete it.
        await using var cleaned = await _pool.AcquireAsync(_commit, Tenancy(), default);
        ShouldBeFresh(cleaned.Path);
    }

    [Fact]
    public async Task Unused_folders_are_deleted_and_used_ones_are_not()
    {
        var workspaces = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => _pool.AcquireAsync(_commit, Tenancy(), default)));
        foreach (var workspace in workspaces.Where(workspace => !workspace.Path.Contains("/2/", StringComparison.Ordinal)))
        {
            await workspace.DisposeAsync();
        }

        (await _pool.TrimAsync(0, default)).ShouldBe(2);

        Directory.GetDirectories(Root).ShouldBe([Path.Combine(Root, "2")]);
        ShouldBeFresh(Path.Combine(Root, "2", "files"));
    }

    [Fact]
    public async Task A_root_that_cannot_be_made_is_named()
    {
        _folder.Write("file", "");
        await using var pool = new WorkspacePool(_folder["file/below"], _git);

        var error = await Should.ThrowAsync<GradientException>(() => pool.AcquireAsync(_commit, Tenancy(), default));

        error.Kind.ShouldBe(FailureKind.Environment);
        error.Message.ShouldContain(_folder["file/below"]);
    }

    [FactOnSmallDisk]
    public async Task A_full_disk_is_named_and_room_is_all_it_takes()
    {
        _repository.Write("large", new string('x', 3 << 20));
        var large = new CommitSha(_repository.Commit("Large"));
        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        await using var pool = new WorkspacePool(disk.Path, _git);

        var error = await Should.ThrowAsync<GradientException>(() => pool.AcquireAsync(large, Tenancy(), default));
        await using var workspace = await pool.AcquireAsync(_commit, Tenancy(), default);

        (error.Kind, error.Message).ShouldBe((FailureKind.Environment, $"The disk that holds {disk.Path} is full."));
        ShouldBeFresh(workspace.Path);
        await pool.DisposeAsync();
    }

    [FactOnSmallDisk]
    public async Task A_folder_that_cannot_be_cleaned_is_left_aside()
    {
        var first = await _pool.AcquireAsync(_commit, Tenancy(), default);
        using var disk = new SmallDisk(Path.Combine(first.Path, "mounted"), megabytes: 1);
        await first.DisposeAsync();

        await using var second = await _pool.AcquireAsync(_commit, Tenancy(), default);
        await using var third = await _pool.AcquireAsync(_commit, Tenancy(), default);

        second.Path.ShouldNotBe(first.Path, StringComparer.Ordinal);
        third.Path.ShouldNotBe(first.Path, StringComparer.Ordinal);
        ShouldBeFresh(second.Path);
    }

    private async Task<string> LeaveAsDeadProcessAsync(string tenancy)
    {
        await using var pool = new WorkspacePool(Root, _git);
        var workspace = await pool.AcquireAsync(_commit, tenancy, default);
        await File.WriteAllTextAsync(Path.Combine(workspace.Path, "result"), "kept");
        workspace.LetGo();
        return workspace.Path;
    }

    private async Task<string> HoldAsDeadProcessAsync()
    {
        await (await _pool.AcquireAsync(_commit, Tenancy(), default)).DisposeAsync();
        await _pool.DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Root, "1.lock"), "h");
        return Path.Combine(Root, "1", "files");
    }

    /// <summary>What git itself would check out, byte for byte and name for name.</summary>
    private static void ShouldBeFresh(string workspace)
    {
        var files = Directory.GetFileSystemEntries(workspace, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.None,
        }).Select(path => Path.GetRelativePath(workspace, path));

        files.ShouldBe(
            ["train.py", "run.sh", "link", "outward", "src", "src/model", "src/model/net.py", "src/data.csv", "größe", "größe/日本.txt"], ignoreOrder: true);
        File.ReadAllText(Path.Combine(workspace, "train.py")).ShouldBe("print('hello')\n");
        File.ReadAllText(Path.Combine(workspace, "src/data.csv")).ShouldBe("1,2\r\n3,4\r\n");
        File.ReadAllText(Path.Combine(workspace, "src/model/net.py")).ShouldBe("net");
        new FileInfo(Path.Combine(workspace, "link")).LinkTarget.ShouldBe("src/data.csv");
        new FileInfo(Path.Combine(workspace, "outward")).LinkTarget.ShouldBe("/etc/passwd");
    }
}
