using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Git;

public sealed class GitRepositoryTests : IDisposable
{
    private readonly TestRepository _repository = new();

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_repository_is_found_from_a_folder_inside_it()
    {
        _repository.Write("src/deep/train.py", "");

        await using var git = await OpenAsync("src/deep");

        git.WorkTree.ShouldBe(_repository.Path);
        git.GitDirectory.ShouldBe(Path.Combine(_repository.Path, ".git"));
        git.Location.ShouldBe(_repository.Path);
        git.Name.ShouldBe(Path.GetFileName(_repository.Path));
        git.WorkTree.ShouldNotBeNull();
        git.IsShallow.ShouldBeFalse();
        Version.Parse(git.GitVersion).ShouldBeGreaterThan(new Version(2, 31));
    }

    [Fact]
    public async Task A_bare_repository_has_no_work_tree_and_a_name_without_its_ending()
    {
        var sha = _repository.Commit("First");
        _repository.Git("clone", "--quiet", "--bare", ".", "digits.git");

        await using var git = await OpenAsync("digits.git");

        git.WorkTree.ShouldBeNull();
        git.Name.ShouldBe("digits");
        (await git.ResolveCommitAsync("main", default)).Sha.Value.ShouldBe(sha);
        (await git.ListUncommittedAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_linked_work_tree_stands_for_the_repository_it_came_from()
    {
        var sha = _repository.Commit("First");
        _repository.Git("worktree", "add", "--quiet", "-b", "side", "linked");
        _repository.Write("linked/new.txt", "");

        await using var git = await OpenAsync("linked");

        git.WorkTree.ShouldBe(Path.Combine(_repository.Path, "linked"));
        git.Location.ShouldBe(_repository.Path);
        var head = await git.ResolveCommitAsync("HEAD", default);
        (head.Sha.Value, head.Ref).ShouldBe((sha, "refs/heads/side"));
        (await git.ListUncommittedAsync(default)).ShouldBe(["new.txt"]);
    }

    [Fact]
    public async Task A_folder_outside_any_repository_is_wrong_use()
    {
        using var folder = new TemporaryFolder();

        var error = await Should.ThrowAsync<GradientException>(() => GitRepository.OpenAsync(folder.Path, default));

        error.Kind.ShouldBe(FailureKind.Usage);
        error.Message.ShouldBe($"{folder.Path} is not in a Git repository.");
        error.Remedy.ShouldNotBeNull().ShouldContain("git init");
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_wrong_use() =>
        (await Should.ThrowAsync<GradientException>(() => OpenAsync("nowhere"))).Message.ShouldStartWith("There is no folder");

    [RootFact]
    public async Task A_repository_of_another_user_is_refused_with_the_way_to_trust_it()
    {
        File.SetUnixFileMode(_repository.Path, File.GetUnixFileMode(_repository.Path) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        Shell.Run("chown", "-R", "4321", _repository.Path);

        var error = await Should.ThrowAsync<GradientException>(() => OpenAsync("."));

        error.Kind.ShouldBe(FailureKind.Environment);
        error.Message.ShouldBe($"The repository {_repository.Path} belongs to another user.");
        error.Remedy.ShouldNotBeNull().ShouldContain("safe.directory");
    }

    [Fact]
    public async Task A_repository_with_a_broken_configuration_is_named_with_what_git_says()
    {
        File.AppendAllText(Path.Combine(_repository.Path, ".git/config"), "[core\n");

        var error = await Should.ThrowAsync<GradientException>(() => OpenAsync("."));

        error.Kind.ShouldBe(FailureKind.Environment);
        error.Message.ShouldContain("bad config line");
    }

    [Fact]
    public async Task A_commit_is_read_whole()
    {
        _repository.Write("a", "1");
        var parent = _repository.Commit("First");
        _repository.Write("a", "2");
        var sha = _repository.Commit("Überschrift\n\nThe whole story.");

        await using var git = await OpenAsync(".");
        var commit = await git.ResolveCommitAsync("HEAD", default);

        commit.Sha.Value.ShouldBe(sha);
        commit.Tree.ShouldBe(_repository.Git("rev-parse", "HEAD^{tree}").Trim());
        commit.Parents.ShouldBe([new CommitSha(parent)]);
        commit.AuthorName.ShouldBe("Ada");
        commit.AuthorEmail.ShouldBe("ada@example.org");
        commit.Time.ShouldBe(new DateTimeOffset(2026, 1, 1, 12, 1, 0, TimeSpan.Zero));
        commit.Message.ShouldBe("Überschrift\n\nThe whole story.");
        commit.Subject.ShouldBe("Überschrift");
        commit.Ref.ShouldBe("refs/heads/main");
    }

    [Fact]
    public async Task A_message_in_an_old_encoding_is_readable()
    {
        _repository.Git("-c", "i18n.commitEncoding=ISO-8859-1", "commit", "--quiet", "--allow-empty", "-m", "x");
        var raw = _repository.Git("cat-file", "commit", "HEAD").Replace("\n\nx", "\n\nGr\u00fc\u00dfe", StringComparison.Ordinal);
        var file = Path.Combine(_repository.Path, "raw");
        await File.WriteAllBytesAsync(file, System.Text.Encoding.Latin1.GetBytes(raw));
        var sha = _repository.Git("hash-object", "-t", "commit", "-w", "raw").Trim();

        await using var git = await OpenAsync(".");

        (await git.ReadCommitAsync(new CommitSha(sha), default)).Message.ShouldBe("Grüße");
    }

    [Fact]
    public async Task A_commit_that_claims_an_encoding_which_is_refused_broke_its_push()
    {
        _repository.Git("commit", "--quiet", "--allow-empty", "-m", "x");
        var raw = _repository.Git("cat-file", "commit", "HEAD").Replace("\n\n", "\nencoding UTF-7\n\n", StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_repository.Path, "raw"), raw);
        var sha = _repository.Git("hash-object", "-t", "commit", "-w", "raw").Trim();

        await using var git = await OpenAsync(".");

        (await git.ReadCommitAsync(new CommitSha(sha), default)).Sha.Value.ShouldBe(sha);
    }

    [Theory]
    [InlineData("main", "refs/heads/main")]
    [InlineData("v1", "refs/tags/v1")]
    [InlineData("light", "refs/tags/light")]
    [InlineData("refs/heads/main", "refs/heads/main")]
    [InlineData("@", "refs/heads/main")]
    [InlineData("HEAD~0", "")]
    public async Task A_revision_gives_the_commit_and_the_ref_it_names(string revision, string reference)
    {
        var sha = _repository.Commit("First");
        _repository.Git("tag", "-a", "v1", "-m", "One");
        _repository.Git("tag", "light");

        await using var git = await OpenAsync(".");
        var commit = await git.ResolveCommitAsync(revision, default);

        (commit.Sha.Value, commit.Ref).ShouldBe((sha, reference));
    }

    [Fact]
    public async Task A_sha_prefix_is_enough_and_has_no_ref()
    {
        var sha = _repository.Commit("First");

        await using var git = await OpenAsync(".");
        var commit = await git.ResolveCommitAsync(sha[..8], default);

        (commit.Sha.Value, commit.Ref).ShouldBe((sha, ""));
    }

    [Fact]
    public async Task A_detached_head_has_no_ref()
    {
        _repository.Commit("First");
        _repository.Git("checkout", "--quiet", "--detach");

        await using var git = await OpenAsync(".");

        (await git.ResolveCommitAsync("HEAD", default)).Ref.ShouldBe("");
    }

    [Fact]
    public async Task A_repository_without_commits_says_so()
    {
        await using var git = await OpenAsync(".");

        var error = await Should.ThrowAsync<GradientException>(() => git.ResolveCommitAsync("HEAD", default));

        error.Kind.ShouldBe(FailureKind.Usage);
        error.Message.ShouldBe($"The repository {_repository.Path} has no commit yet.");
    }

    [Fact]
    public async Task An_unknown_revision_is_wrong_use()
    {
        _repository.Commit("First");
        await using var git = await OpenAsync(".");

        var error = await Should.ThrowAsync<GradientException>(() => git.ResolveCommitAsync("nowhere", default));

        error.Kind.ShouldBe(FailureKind.Usage);
        error.Message.ShouldBe($"'nowhere' names no commit in {_repository.Path}.");
    }

    [Fact]
    public async Task A_name_of_a_branch_and_a_tag_is_ambiguous()
    {
        _repository.Commit("First");
        _repository.Git("branch", "twice");
        _repository.Git("tag", "twice");
        await using var git = await OpenAsync(".");

        var error = await Should.ThrowAsync<GradientException>(() => git.ResolveCommitAsync("twice", default));

        error.Message.ShouldStartWith("'twice' names more than one thing");
        (await git.ResolveCommitAsync("refs/heads/twice", default)).Ref.ShouldBe("refs/heads/twice");
    }

    [Fact]
    public async Task Shas_that_begin_alike_are_ambiguous()
    {
        // 1,000 commits of one tree and two million pairs of four digits: some two begin alike, the same everywhere.
        _repository.Commit("Root");
        var stream = string.Concat(Enumerable.Range(0, 1000).Select(number =>
            $"commit refs/heads/many\ncommitter Ada <ada@example.org> {number} +0000\ndata 0\n"));
        _repository.Git(stream, ["fast-import", "--quiet"]);
        var prefix = _repository.Git("rev-list", "many").Split('\n').GroupBy(sha => sha[..Math.Min(4, sha.Length)], StringComparer.Ordinal).First(group => group.Count() > 1).Key;

        await using var git = await OpenAsync(".");

        (await Should.ThrowAsync<GradientException>(() => git.ResolveCommitAsync(prefix, default)))
            .Message.ShouldStartWith($"'{prefix}' names more than one thing");
    }

    [Fact]
    public async Task Histories_with_merges_have_first_parents_and_a_merge_base()
    {
        var root = new CommitSha(_repository.Commit("Root"));
        _repository.Git("checkout", "--quiet", "-b", "side");
        _repository.Write("side", "");
        var side = new CommitSha(_repository.Commit("Side"));
        _repository.Git("checkout", "--quiet", "main");
        _repository.Write("main", "");
        var main = new CommitSha(_repository.Commit("Main"));
        _repository.Git("merge", "--quiet", "--no-edit", "side");
        var merge = new CommitSha(_repository.Git("rev-parse", "HEAD").Trim());
        _repository.Git("checkout", "--quiet", "--orphan", "other");
        var other = new CommitSha(_repository.Commit("Other"));

        await using var git = await OpenAsync(".");

        (await git.ReadCommitAsync(merge, default)).Parents.ShouldBe([main, side]);
        (await git.MergeBaseAsync(main, side, default)).ShouldBe(root);
        (await git.MergeBaseAsync(main, other, default)).ShouldBeNull();
        (await git.ListAncestorsAsync(merge, 10, default)).ShouldBe([main, root]);
        (await git.ListAncestorsAsync(merge, 1, default)).ShouldBe([main]);
    }

    [Fact]
    public async Task A_shallow_clone_ends_gracefully()
    {
        _repository.Commit("One");
        var two = new CommitSha(_repository.Commit("Two"));
        var three = new CommitSha(_repository.Commit("Three"));
        _repository.Git("clone", "--quiet", "--depth=2", "file://" + _repository.Path, "shallow");

        await using var git = await OpenAsync("shallow");

        git.IsShallow.ShouldBeTrue();
        (await git.ListAncestorsAsync(three, 10, default)).ShouldBe([two]);
        (await git.ReadCommitAsync(two, default)).Parents.ShouldBeEmpty();
        (await Should.ThrowAsync<GradientException>(() => git.ResolveCommitAsync("HEAD~2", default)))
            .Remedy.ShouldNotBeNull().ShouldContain("--unshallow");
    }

    [Fact]
    public async Task A_SHA_256_repository_works_alike()
    {
        using var repository = new TestRepository(init: false);
        repository.Git("init", "--quiet", "--object-format=sha256", "--initial-branch=main");
        repository.Write(GitRepository.ManifestPath, "version: 1");
        var sha = repository.Commit("First");

        await using var git = await GitRepository.OpenAsync(repository.Path, default);
        var commit = await git.ResolveCommitAsync("HEAD", default);

        commit.Sha.Value.ShouldBe(sha);
        sha.Length.ShouldBe(64);
        (await git.ReadManifestAsync(commit.Sha, default)).ToArray().ShouldBe("version: 1"u8.ToArray());
    }

    [Fact]
    public async Task Packed_objects_and_refs_are_read_like_loose_ones()
    {
        _repository.Write("a", "content");
        var sha = new CommitSha(_repository.Commit("First"));
        _repository.Git("gc", "--quiet", "--prune=now");
        Directory.EnumerateFiles(Path.Combine(_repository.Path, ".git/objects/pack"), "*.pack").ShouldNotBeEmpty();

        await using var git = await OpenAsync(".");
        var entry = (await git.ListTreeAsync(sha, default)).ShouldHaveSingleItem();

        (await git.ReadBlobAsync(entry.ObjectId, 100, default)).ToArray().ShouldBe("content"u8.ToArray());
        (await git.ResolveCommitAsync("main", default)).Sha.ShouldBe(sha);
    }

    [Fact]
    public async Task Uncommitted_changes_are_listed_and_ignored_files_are_not()
    {
        _repository.Write(".gitignore", "*.log");
        _repository.Write("changed", "1");
        _repository.Write("deleted", "1");
        _repository.Write("same", "1");
        _repository.Commit("First");
        await using var git = await OpenAsync(".");
        (await git.ListUncommittedAsync(default)).ShouldBeEmpty();

        _repository.Write("changed", "2");
        _repository.Delete("deleted");
        _repository.Write("ünew/a", "");
        _repository.Write("ünew/b", "");
        _repository.Write("x.log", "");
        _repository.Write("staged", "");
        _repository.Git("add", "staged");

        (await git.ListUncommittedAsync(default)).ShouldBe(["changed", "deleted", "staged", "ünew/"], ignoreOrder: true);
    }

    private Task<GitRepository> OpenAsync(string relative) => GitRepository.OpenAsync(Path.Combine(_repository.Path, relative), default);
}
