using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Git;

public sealed class GitFilesTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task The_tree_lists_every_kind_of_entry_with_size_and_mode()
    {
        _repository.Write("plain", "12345");
        _repository.Write("run.sh", "#!");
        File.SetUnixFileMode(Path.Combine(_repository.Path, "run.sh"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(Path.Combine(_repository.Path, "link"), "plain");
        _repository.Write("data/日本語 \t.csv", "");
        _repository.Git("add", "--all");
        _repository.Git("update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,vendor");
        _repository.Git("commit", "--quiet", "-m", "All kinds");

        await using var git = await OpenAsync();
        var tree = await git.ListTreeAsync(await HeadAsync(git), default);

        tree.Select(entry => (entry.Path, entry.Mode, entry.Size)).ShouldBe([
            ("data/日本語 \t.csv", TreeEntryMode.Regular, 0),
            ("link", TreeEntryMode.SymbolicLink, 5),
            ("plain", TreeEntryMode.Regular, 5),
            ("run.sh", TreeEntryMode.Executable, 2),
            ("vendor", TreeEntryMode.Submodule, 0),
        ]);
    }

    [Fact]
    public async Task A_name_that_is_not_UTF_8_survives_and_is_reported()
    {
        var blob = _repository.WriteObject("blob", []);
        var sha = _repository.CommitTree($"100644 blob {blob}\tcaf\u00e9.txt\0", Encoding.Latin1);

        await using var git = await OpenAsync();
        var entry = (await git.ListTreeAsync(sha, default)).ShouldHaveSingleItem();

        PathText.Encode(entry.Path).ShouldBe(Encoding.Latin1.GetBytes("café.txt"));
        (await git.ListNoticesAsync(sha, default)).ShouldBe([@"1 file has a name that is not UTF-8: caf\351.txt"]);
    }

    [Fact]
    public async Task Submodules_and_LFS_pointers_become_notices()
    {
        const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
        _repository.Write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        _repository.Write("small.txt", "not a pointer");
        foreach (var name in "abcd")
        {
            _repository.Write($"{name}.bin", Pointer);
        }

        _repository.Git("add", "--all");
        _repository.Git("update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,vendor");
        _repository.Git("commit", "--quiet", "-m", "Pointers");

        await using var git = await OpenAsync();

        (await git.ListNoticesAsync(await HeadAsync(git), default)).ShouldBe([
            "1 submodule is not checked out: vendor",
            "4 files are Git LFS pointers; their contents are not fetched: a.bin, b.bin, c.bin, …",
        ]);
    }

    [Fact]
    public async Task The_manifest_is_the_blob_whatever_the_work_tree_says()
    {
        var manifest = _repository.WriteObject("blob", "version: 1\r\n"u8.ToArray());
        var attributes = _repository.WriteObject("blob", "* text eol=lf ident"u8.ToArray());
        var sha = _repository.CommitTree($"100644 blob {attributes}\t.gitattributes\0" + $"100644 blob {manifest}\t.gradient.yml\0");
        _repository.Write(GitRepository.ManifestPath, "changed");

        await using var git = await OpenAsync();

        (await git.ReadManifestAsync(sha, default)).ToArray().ShouldBe("version: 1\r\n"u8.ToArray());
    }

    [Fact]
    public async Task A_commit_without_manifest_says_so()
    {
        _repository.Write("folder/.gradient.yml", "version: 1");
        var sha = new CommitSha(_repository.Commit("Elsewhere"));
        await using var git = await OpenAsync();

        var error = await Should.ThrowAsync<GradientException>(() => git.ReadManifestAsync(sha, default));

        error.Kind.ShouldBe(FailureKind.Usage);
        error.Message.ShouldBe($"Commit {sha.Short} has no .gradient.yml.");
        error.Remedy.ShouldNotBeNull().ShouldContain("gradientci init");
    }

    [Fact]
    public async Task A_folder_in_place_of_the_manifest_is_no_manifest()
    {
        _repository.Write(".gradient.yml/inside", "version: 1");
        var sha = new CommitSha(_repository.Commit("Folder"));
        await using var git = await OpenAsync();

        (await Should.ThrowAsync<GradientException>(() => git.ReadManifestAsync(sha, default))).Message.ShouldContain("has no .gradient.yml");
    }

    [Fact]
    public async Task A_link_in_place_of_the_manifest_is_refused()
    {
        File.CreateSymbolicLink(Path.Combine(_repository.Path, GitRepository.ManifestPath), "/etc/passwd");
        var sha = new CommitSha(_repository.Commit("Link"));
        await using var git = await OpenAsync();

        (await Should.ThrowAsync<GradientException>(() => git.ReadManifestAsync(sha, default))).Message.ShouldContain("is a symbolic link");
    }

    [Fact]
    public async Task A_manifest_of_more_than_64_KiB_is_refused()
    {
        _repository.Write(GitRepository.ManifestPath, new string('#', GitRepository.MaxManifestBytes + 1));
        var sha = new CommitSha(_repository.Commit("Large"));
        await using var git = await OpenAsync();

        (await Should.ThrowAsync<GradientException>(() => git.ReadManifestAsync(sha, default))).Message.ShouldContain("65537 bytes");
    }

    [Theory]
    [InlineData("*.py")]
    [InlineData("[t]rain.py")]
    [InlineData(":(top)train.py")]
    [InlineData("../train.py")]
    [InlineData("/train.py")]
    [InlineData("train.py/")]
    [InlineData("")]
    [InlineData("-z")]
    public async Task A_path_is_a_name_never_a_pattern_or_an_option(string path)
    {
        _repository.Write("train.py", "");
        _repository.Commit("One file");
        await using var git = await OpenAsync();

        (await git.FindFileAsync(await HeadAsync(git), path, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_large_blob_is_refused_and_the_next_one_is_read()
    {
        _repository.Write("large", new string('x', 300_000));
        _repository.Write("small", "small");
        _repository.Commit("Two files");
        await using var git = await OpenAsync();
        var tree = await git.ListTreeAsync(await HeadAsync(git), default);

        await Should.ThrowAsync<GradientException>(() => git.ReadBlobAsync(tree[0].ObjectId, 1000, default));

        (await git.ReadBlobAsync(tree[1].ObjectId, 1000, default)).ToArray().ShouldBe("small"u8.ToArray());
    }

    [Fact]
    public async Task The_open_reader_is_started_again_when_it_dies()
    {
        _repository.Write("a", "content");
        _repository.Commit("One file");
        await using var git = await OpenAsync();
        var entry = (await git.ListTreeAsync(await HeadAsync(git), default)).Single();
        await git.ReadBlobAsync(entry.ObjectId, 100, default);
        var first = git.Objects.ProcessId.ShouldNotBeNull();

        Shell.Run("kill", "-9", first.ToString());

        (await git.ReadBlobAsync(entry.ObjectId, 100, default)).ToArray().ShouldBe("content"u8.ToArray());
        git.Objects.ProcessId.ShouldNotBe(first);
    }

    [Fact]
    public async Task A_missing_object_is_named()
    {
        _repository.Write("a", "content");
        var sha = new CommitSha(_repository.Commit("One file"));
        await using var git = await OpenAsync();
        var entry = (await git.ListTreeAsync(sha, default)).Single();
        File.Delete(Path.Combine(_repository.Path, ".git/objects", entry.ObjectId[..2], entry.ObjectId[2..]));

        var error = await Should.ThrowAsync<GradientException>(() => git.ReadBlobAsync(entry.ObjectId, 100, default));

        error.Kind.ShouldBe(FailureKind.Environment);
        error.Message.ShouldContain(entry.ObjectId);
        (await git.ListTreeAsync(sha, default)).Single().Size.ShouldBe(-1);
        (await git.ReadCommitAsync(sha, default)).Subject.ShouldBe("One file");
    }

    [Fact]
    public async Task A_damaged_object_is_an_error_of_the_environment()
    {
        _repository.Write("a", "content");
        var sha = new CommitSha(_repository.Commit("One file"));
        await using var git = await OpenAsync();
        var entry = (await git.ListTreeAsync(sha, default)).Single();
        var file = Path.Combine(_repository.Path, ".git/objects", entry.ObjectId[..2], entry.ObjectId[2..]);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(file, "garbage");

        (await Should.ThrowAsync<GradientException>(() => git.ReadBlobAsync(entry.ObjectId, 100, default))).Kind.ShouldBe(FailureKind.Environment);
        (await git.ReadCommitAsync(sha, default)).Subject.ShouldBe("One file");
    }

    [Fact]
    public async Task A_missing_tree_is_an_error_of_the_environment()
    {
        _repository.Write("folder/a", "content");
        var sha = new CommitSha(_repository.Commit("One file"));
        var tree = _repository.Git("rev-parse", "HEAD:folder").Trim();
        File.Delete(Path.Combine(_repository.Path, ".git/objects", tree[..2], tree[2..]));
        await using var git = await OpenAsync();

        (await Should.ThrowAsync<GradientException>(() => git.ListTreeAsync(sha, default))).Kind.ShouldBe(FailureKind.Environment);
    }

    [Fact]
    public async Task Changes_name_renames_line_counts_binaries_and_types()
    {
        var lines = string.Concat(Enumerable.Range(0, 50).Select(number => $"line {number}\n"));
        _repository.Write("old name.py", lines);
        _repository.Write("edited", "a\nb\nc\n");
        _repository.Write("gone", "x\n");
        _repository.Write("binary", "\0");
        _repository.Write("turned", "target");
        var from = new CommitSha(_repository.Commit("Before"));
        _repository.Delete("old name.py");
        _repository.Write("neu/größer.py", lines + "one more\n");
        _repository.Write("edited", "a\nB\nc\nd\n");
        _repository.Delete("gone");
        _repository.Write("binary", "\0\0");
        _repository.Delete("turned");
        File.CreateSymbolicLink(Path.Combine(_repository.Path, "turned"), "target");
        _repository.Write("added", "1\n2\n");
        _repository.Git("add", "--all");
        _repository.Git("update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,vendor");
        _repository.Git("commit", "--quiet", "-m", "After");
        await using var git = await OpenAsync();

        var changes = await git.ListChangesAsync(from, await HeadAsync(git), default);

        changes.ShouldBe([
            new FileChange("added", "added", null, 2, 0),
            new FileChange("binary", "modified", null, null, null),
            new FileChange("edited", "modified", null, 2, 1),
            new FileChange("gone", "deleted", null, 0, 1),
            new FileChange("neu/größer.py", "renamed", "old name.py", 1, 0),
            new FileChange("turned", "type-changed", null, 0, 0),
            new FileChange("vendor", "added", null, null, null),
        ], ignoreOrder: true);
    }

    private Task<GitRepository> OpenAsync() => GitRepository.OpenAsync(_repository.Path, default);

    private static async Task<CommitSha> HeadAsync(GitRepository git) => (await git.ResolveCommitAsync("HEAD", default)).Sha;
}
