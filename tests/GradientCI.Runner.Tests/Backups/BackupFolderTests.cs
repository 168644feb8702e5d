using System.Diagnostics;
using GradientCI.Runner.Backups;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Backups;

/// <summary>Files of strangers into a backup and back.</summary>
public sealed class BackupFolderTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private DataFolder Data => new(_folder["data"]);

    private DataFolder Other => new(_folder["other"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_that_cannot_be_made_again_comes_back_as_it_was()
    {
        _folder.Write("data/logs/p/toy-1/1.1.log", "hello\n");
        _folder.Write("data/artifacts/p/toy-1/1/my model #1%.pt", new string('x', 300_000));
        _folder.Write("data/storage/p/cache/a", "");
        _folder.Write("data/workspaces/p/1/files/left", "not this");
        File.SetUnixFileMode(_folder["data/storage/p/cache/a"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.SetLastWriteTimeUtc(_folder["data/logs/p/toy-1/1.1.log"], new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        File.CreateSymbolicLink(_folder["data/artifacts/p/toy-1/1/latest"], "my model #1%.pt");
        Shell(@"cd data/artifacts/p && printf odd > ""$(printf 'caf\351 \n')"" && mkfifo pipe && mkdir -p $(yes d | head -n 60 | tr '\n' '/')");

        var backup = BackUp();
        Restore();

        Directory.Exists(_folder["other/workspaces"]).ShouldBeFalse();
        Shell("cd data && find logs artifacts storage -type f -printf '%p %m %s %Ts\\n' -or -type l -printf '%p %l\\n' | sort > ../a; cd ../other && find logs artifacts storage -type f -printf '%p %m %s %Ts\\n' -or -type l -printf '%p %l\\n' | sort > ../b");
        File.ReadAllBytes(_folder["b"]).ShouldBe(File.ReadAllBytes(_folder["a"]));
        Shell("cmp data/artifacts/p/caf* other/artifacts/p/caf*").ShouldBe(0);
        backup.LeftOut.Select(sentence => sentence.Split(':')[1]).ShouldBe([" it is neither a file nor a folder", " it lies too deep"], ignoreOrder: true);
    }

    [Fact]
    public void Nothing_is_followed_or_read_outside_of_the_data_folder()
    {
        _folder.Write("secret", "password");
        Directory.CreateDirectory(_folder["data/artifacts/p"]);
        File.CreateSymbolicLink(_folder["data/artifacts/p/file"], _folder["secret"]);
        Directory.CreateSymbolicLink(_folder["data/artifacts/p/folder"], _folder.Path);

        BackUp();

        Shell("grep -rl password backup").ShouldBe(1);
    }

    [Fact]
    public void A_backup_never_overwrites()
    {
        _folder.Write("backup/precious", "text");

        Should.Throw<GradientException>(() => BackupFolder.Begin(_folder["backup"], Data)).Message.ShouldBe($"{_folder["backup"]} exists, and a backup never overwrites anything.");
        File.ReadAllText(_folder["backup/precious"]).ShouldBe("text");
    }

    [Fact]
    public void A_backup_that_fails_leaves_nothing_and_one_that_was_killed_is_none()
    {
        _folder.Write("data/logs/p/toy-1/1.1.log", "hello\n");
        using (var failing = BackupFolder.Begin(_folder["backup"], Data))
        {
            failing.AddFiles(Data, CancellationToken.None);
        }

        Directory.Exists(_folder["backup.partial"]).ShouldBeFalse();
        var killed = BackupFolder.Begin(_folder["backup"], Data);
        killed.AddFiles(Data, CancellationToken.None);
        Should.Throw<GradientException>(() => BackupFolder.Begin(_folder["backup"], Data)).Remedy!.ShouldContain("rm -r");
        Should.Throw<GradientException>(() => Restoration.Begin(_folder["backup.partial"], Other)).Message.ShouldContain("cut short");
        Directory.Exists(Other.Root).ShouldBeFalse();
    }

    [Theory]
    [InlineData("printf H > backup/logs/p/toy-1/1.1.log", "logs/p/toy-1/1.1.log is not what was backed up.")]
    [InlineData("printf J | dd of=backup/logs/p/toy-1/1.1.log conv=notrunc status=none", "logs/p/toy-1/1.1.log is not what was backed up.")]
    [InlineData("rm backup/logs/p/toy-1/1.1.log", "logs/p/toy-1/1.1.log is missing, or cannot be read.")]
    [InlineData("sed -i '$d' backup/backup.manifest", "is not a whole backup")]
    [InlineData("sed -i s/toy-1/toy-2/ backup/backup.manifest", "is not a whole backup")]
    [InlineData("rm backup/backup.manifest", "is not a backup, or one that was cut short")]
    public void A_backup_that_was_changed_is_refused(string change, string sentence)
    {
        _folder.Write("data/logs/p/toy-1/1.1.log", "hello\n");
        BackUp();
        Shell(change);

        Should.Throw<GradientException>(Restore).Message.ShouldContain(sentence);

        File.Exists(Other.Database).ShouldBeFalse();
    }

    [Theory]
    [InlineData("logs/../../evil")]
    [InlineData("logs//evil")]
    [InlineData("evil")]
    [InlineData("workspaces/p/1")]
    [InlineData("logs")]
    [InlineData("logs/%00")]
    [InlineData("logs/%2e%2e/%2E%2E/evil")]
    [InlineData("logs/%4")]
    public void A_list_that_reaches_outside_is_refused(string path)
    {
        Directory.CreateDirectory(_folder["backup"]);
        var honest = new BackupManifest(Now, [new BackupEntry("gradientci.db", 0, "")]).Write();
        var lines = honest[..honest.IndexOf("end ", StringComparison.Ordinal)] + $"file {new string('0', 64)} 0 {path}\n";
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(lines)));
        File.WriteAllText(_folder["backup/backup.manifest"], $"{lines}end {digest}\n");

        Should.Throw<GradientException>(() => Restoration.Begin(_folder["backup"], Other)).Message.ShouldContain("is not a whole backup");
    }

    [Fact]
    public void Files_are_never_written_through_a_link_of_the_same_list()
    {
        _folder.Write("data/logs/p/toy-1/1.1.log", "hello\n");
        Directory.CreateDirectory(_folder["outside"]);
        BackUp();
        var honest = BackupManifest.Read(File.ReadAllText(_folder["backup/backup.manifest"]));
        File.WriteAllText(_folder["backup/backup.manifest"], (honest with
        {
            Entries = [honest.Entries[0], new BackupEntry("logs/p/toy-1", 0, "", _folder["outside"]), .. honest.Entries.Skip(1)],
        }).Write());

        Should.Throw<IOException>(Restore);

        Directory.EnumerateFileSystemEntries(_folder["outside"]).ShouldBeEmpty();
    }

    [Fact]
    public void A_restoration_that_was_cut_short_begins_again_and_a_used_folder_is_refused()
    {
        _folder.Write("data/logs/p/toy-1/1.1.log", "hello\n");
        BackUp();
        var killed = Restoration.Begin(_folder["backup"], Other);
        killed.CopyDatabase();
        killed.CopyFiles(CancellationToken.None);

        Restore();

        File.ReadAllText(_folder["other/logs/p/toy-1/1.1.log"]).ShouldBe("hello\n");
        Should.Throw<GradientException>(Restore).Message.ShouldBe($"The data folder {Other.Root} is not empty.");
        Directory.EnumerateFiles(Other.Root).Select(Path.GetFileName).ShouldBe(["gradientci.db"]);
    }

    [FactOnSmallDisk]
    public void A_full_disk_is_named_and_nothing_is_left_there()
    {
        using var disk = new SmallDisk(_folder["disk"], megabytes: 1);
        _folder.Write("data/artifacts/p/toy-1/1/model.pt", new string('x', 2_000_000));

        var error = Should.Throw<GradientException>(() =>
        {
            using var backup = BackupFolder.Begin(Path.Combine(disk.Path, "backup"), Data);
            backup.AddFiles(Data, CancellationToken.None);
        });

        error.Message.ShouldBe($"The disk of {disk.Path}/backup is full; no backup was made.");
        Directory.EnumerateFileSystemEntries(disk.Path).ShouldBeEmpty();
    }

    private BackupFolder BackUp()
    {
        using var backup = BackupFolder.Begin(_folder["backup"], Data);
        File.WriteAllText(backup.DatabasePath, "database");
        backup.AddDatabase();
        backup.AddFiles(Data, CancellationToken.None);
        backup.Finish(Now);
        return backup;
    }

    private void Restore()
    {
        var restoration = Restoration.Begin(_folder["backup"], Other);
        restoration.CopyDatabase();
        restoration.CopyFiles(CancellationToken.None);
        restoration.Finish();
    }

    private int Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { WorkingDirectory = _folder.Path })!;
        shell.WaitForExit();
        return shell.ExitCode;
    }
}
