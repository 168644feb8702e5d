using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Workspaces;
using GradientCI.Testing;
using GradientCI.Runner.Hosts;

namespace GradientCI.Runner.Tests.Git;

/// <summary>A corpus of repositories that try to have something executed: the canary must never be there.</summary>
public sealed class HostileRepositoryTests : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly TemporaryFolder _outside = new();
    private readonly string _canary;
    private readonly string _script;

    public HostileRepositoryTests()
    {
        _canary = _outside["executed"];
        _script = _outside.Write("evil.sh", $"#!/bin/sh\necho \"$0 $*\" >> {_canary}\ncat\n");
        File.SetUnixFileMode(_script, (UnixFileMode)0x1ED);
    }

    public static TheoryData<string, string[]> Settings => new()
    {
        {
            "programs of core",
            [
                "core.fsmonitor = {script}",
                "core.pager = {script}",
                "core.sshCommand = {script}",
                "core.askPass = {script}",
                "core.gitProxy = {script}",
                "core.editor = {script}",
                "core.alternateRefsCommand = {script}",
            ]
        },
        {
            "drivers",
            [
                "diff.external = {script}",
                "diff.evil.command = {script}",
                "diff.evil.textconv = {script}",
                "diff.evil=x\"y.textconv = {script}",
                "filter.evil.clean = {script}",
                "filter.evil.smudge = {script}",
                "filter.evil.process = {script}",
                "filter.e=v\"i.l.clean = {script}",
                "merge.evil.driver = {script}",
            ]
        },
        {
            "everything else",
            [
                "credential.helper = !{script}",
                "gpg.program = {script}",
                "log.showSignature = true",
                "pager.status = {script}",
                "pager.ls-tree = {script}",
                "alias.rev-parse = !{script}",
                "alias.status = !{script}",
                "uploadpack.packObjectsHook = {script}",
                "interactive.diffFilter = {script}",
                "sequence.editor = {script}",
                "trailer.x.command = {script}",
                "gc.recentObjectsHook = {script}",
            ]
        },
        {
            "places",
            [
                "core.hooksPath = {folder}/hooks",
                "core.attributesFile = {folder}/attributes",
                "core.excludesFile = {folder}/attributes",
            ]
        },
        {
            "another work tree",
            [
                "core.worktree = {folder}",
            ]
        },
        {
            "an include",
            [
                "include.path = {folder}/included",
            ]
        },
    };

    public void Dispose()
    {
        _repository.Dispose();
        _outside.Dispose();
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Settings_of_the_repository_execute_nothing(string family, string[] settings)
    {
        MakeHistory();
        _outside.Write("attributes", "* diff=evil filter=evil merge=evil");
        _outside.Write("included", $"[filter \"evil\"]\n\tclean = {_script}\n[core]\n\tfsmonitor = {_script}\n");
        Hook(_outside["hooks"]);
        foreach (var setting in settings.Select(setting => setting.Split(" = ")))
        {
            _repository.Git("config", setting[0], Fill(setting[1]));
        }

        await UseEverythingAsync();

        (File.Exists(_canary) ? await File.ReadAllTextAsync(_canary) : "").ShouldBe("", family);
    }

    [Fact]
    public async Task The_corpus_would_execute_its_canary_in_a_careless_git()
    {
        MakeHistory();
        _repository.Git("config", "filter.evil.clean", _script);
        _repository.Git("config", "diff.evil.textconv", _script);

        _repository.Git("status");
        _repository.Git("diff", "HEAD~1", "HEAD");

        (await File.ReadAllLinesAsync(_canary)).Length.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Hooks_of_the_repository_are_not_run()
    {
        MakeHistory();
        Hook(Path.Combine(_repository.Path, ".git/hooks"));

        await UseEverythingAsync();

        File.Exists(_canary).ShouldBeFalse();
    }

    [Fact]
    public async Task A_promised_object_is_not_fetched()
    {
        MakeHistory();
        _repository.Git("config", "remote.origin.url", $"ext::{_script}");
        _repository.Git("config", "remote.origin.promisor", "true");
        _repository.Git("config", "remote.origin.uploadpack", _script);
        _repository.Git("config", "protocol.ext.allow", "always");
        _repository.Git("config", "protocol.allow", "always");
        _repository.Git("config", "extensions.partialClone", "origin");
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);

        (await Should.ThrowAsync<GradientException>(() => git.ReadBlobAsync(new string('1', 40), 100, default))).Message.ShouldContain("lacks object");
        await Should.ThrowAsync<GradientException>(() => git.ReadCommitAsync(new CommitSha(new string('2', 40)), default));
        await Should.ThrowAsync<GradientException>(() => git.ListTreeAsync(new CommitSha(new string('3', 40)), default));

        File.Exists(_canary).ShouldBeFalse();
    }

    [Fact]
    public async Task A_work_tree_that_points_elsewhere_is_not_read()
    {
        MakeHistory();
        _outside.Write("secret/file", "secret");
        _repository.Git("config", "core.worktree", _outside["secret"]);

        await using var git = await GitRepository.OpenAsync(_repository.Path, default);

        git.WorkTree.ShouldBe(_repository.Path);
        (await git.ListUncommittedAsync(default)).ShouldBe(["a"]);
    }

    [Fact]
    public async Task A_replaced_or_grafted_commit_is_read_as_it_was_made()
    {
        var first = new CommitSha(_repository.Commit("First"));
        _repository.Write("a", "1");
        var second = new CommitSha(_repository.Commit("Second"));
        var third = new CommitSha(_repository.Commit("Third"));
        _repository.Git("replace", second.Value, first.Value);
        Directory.CreateDirectory(Path.Combine(_repository.Path, ".git/info"));
        await File.WriteAllTextAsync(Path.Combine(_repository.Path, ".git/info/grafts"), $"{third}\n");
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);

        (await git.ReadCommitAsync(second, default)).Subject.ShouldBe("Second");
        (await git.ListAncestorsAsync(third, 10, default)).ShouldBe([second, first]);
    }

    [Theory]
    [InlineData("--upload-pack=touch {canary}")]
    [InlineData("--output={canary}")]
    [InlineData("-c core.fsmonitor={script}")]
    [InlineData("--exec-path={folder}")]
    [InlineData("main\n--output={canary}")]
    [InlineData("main\r")]
    [InlineData("main\0")]
    [InlineData("")]
    [InlineData("main..HEAD")]
    [InlineData("^main")]
    [InlineData("HEAD:a")]
    [InlineData("$(touch {canary})")]
    [InlineData("`touch {canary}`")]
    [InlineData("main; touch {canary}")]
    [InlineData("ext::sh -c touch% {canary}")]
    [InlineData("@{u}")]
    [InlineData("\u202e\ud83d\ude00")]
    public async Task A_hostile_revision_is_a_revision_that_does_not_exist(string revision)
    {
        MakeHistory();
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);

        await Should.ThrowAsync<GradientException>(() => git.ResolveCommitAsync(Fill(revision), default));

        File.Exists(_canary).ShouldBeFalse();
    }

    [Fact]
    public async Task A_branch_whose_name_is_an_option_can_be_named_in_full()
    {
        var sha = _repository.Commit("First");
        _repository.Git("update-ref", "refs/heads/--output=x", sha);
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);

        (await git.ResolveCommitAsync("refs/heads/--output=x", default)).Ref.ShouldBe("refs/heads/--output=x");
        File.Exists(Path.Combine(_repository.Path, ".git", "x")).ShouldBeFalse();
    }

    [Fact]
    public void Variables_of_the_caller_do_not_lead_git_elsewhere()
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["GIT_DIR"] = "/elsewhere",
            ["GIT_EXTERNAL_DIFF"] = _script,
            ["GIT_CONFIG_PARAMETERS"] = "'core.fsmonitor'='evil'",
            ["GIT_CONFIG_GLOBAL"] = _script,
            ["PATH"] = "/usr/bin",
        };

        GitProgram.Harden(environment, new GitCall("/folder", ["version"]));

        environment.ShouldNotContainKey("GIT_DIR");
        environment.ShouldNotContainKey("GIT_EXTERNAL_DIFF");
        environment.ShouldNotContainKey("GIT_CONFIG_PARAMETERS");
        environment["GIT_CONFIG_GLOBAL"].ShouldBe("/dev/null");
        environment["LC_ALL"].ShouldBe("C");
        environment["PATH"].ShouldBe("/usr/bin");
    }

    [Fact]
    public void A_program_is_taken_from_the_PATH_never_from_the_current_folder()
    {
        _outside.Write("git", "#!/bin/sh\n");
        File.SetUnixFileMode(_outside["git"], (UnixFileMode)0x1ED);
        _outside.Write("plain/git", "not executable");

        ProgramPath.Find("git", $".::{_outside["plain"]}:{_outside.Path}").ShouldBe(_outside["git"]);
        ProgramPath.Find("git", ".:").ShouldBeNull();
        Path.IsPathRooted(GitProgram.Find().Executable).ShouldBeTrue();
    }

    [Fact]
    public async Task A_git_that_hangs_is_ended()
    {
        var hanging = _outside.Write("git", "#!/bin/sh\nexec sleep 1000\n");
        File.SetUnixFileMode(hanging, (UnixFileMode)0x1ED);

        var error = await Should.ThrowAsync<GradientException>(() => new GitProgram(hanging).RunAsync(
            new GitCall(_outside.Path, ["status"]) { Timeout = TimeSpan.FromMilliseconds(100) }, default));

        error.Message.ShouldContain("took longer than");
    }

    [Fact]
    public async Task A_git_that_never_stops_talking_is_ended()
    {
        var talking = _outside.Write("git", "#!/bin/sh\nexec yes\n");
        File.SetUnixFileMode(talking, (UnixFileMode)0x1ED);

        var error = await Should.ThrowAsync<GradientException>(() => new GitProgram(talking).RunAsync(
            new GitCall(_outside.Path, ["status"]) { MaxOutput = 3 << 20 }, default));

        error.Message.ShouldContain("printed more than 3 MiB");
    }

    [Fact]
    public async Task A_git_that_is_too_old_is_named_with_the_remedy()
    {
        var old = _outside.Write("git", "#!/bin/sh\necho git version 2.25.1\n");
        File.SetUnixFileMode(old, (UnixFileMode)0x1ED);

        var error = await Should.ThrowAsync<GradientException>(() => new GitProgram(old).ReadVersionAsync(default));

        error.Remedy.ShouldBe("Install git 2.31 or newer.");
    }

    [Fact]
    public async Task A_commit_object_full_of_nonsense_is_read_without_a_crash()
    {
        _repository.Commit("First");
        var sha = _repository.WriteObject("commit", Encoding.Latin1.GetBytes(
            $"tree {new string('0', 40)}\nauthor \u00ff<<>> x\ncommitter nobody 99999999999999999999 +99999\nencoding nonsense\n\nbody\0hidden"));
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);

        var commit = await git.ReadCommitAsync(new CommitSha(sha), default);

        commit.Message.ShouldBe("body");
        commit.Time.ShouldBe(DateTimeOffset.UnixEpoch);
    }

    private void MakeHistory()
    {
        _repository.Write(".gitattributes", "* diff=evil filter=evil merge=evil\n");
        _repository.Write("a", "1\n");
        _repository.Write(GitRepository.ManifestPath, "version: 1");
        _repository.Commit("First");
        _repository.Write("a", "2\n");
        _repository.Commit("Second");

        // Same size, new time: git has to read the file to know, and a clean filter would run.
        _repository.Write("a", "3\n");
    }

    private string Fill(string text) => text
        .Replace("{canary}", _canary, StringComparison.Ordinal)
        .Replace("{script}", _script, StringComparison.Ordinal)
        .Replace("{folder}", _outside.Path, StringComparison.Ordinal);

    private void Hook(string folder)
    {
        foreach (var name in new[] { "post-index-change", "reference-transaction", "post-checkout", "pre-auto-gc", "fsmonitor-watchman" })
        {
            Directory.CreateDirectory(folder);
            File.Copy(_script, Path.Combine(folder, name), overwrite: true);
        }
    }

    private async Task UseEverythingAsync()
    {
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);
        var head = await git.ResolveCommitAsync("HEAD", default);
        var parent = head.Parents.ShouldHaveSingleItem();
        await git.MergeBaseAsync(head.Sha, parent, default);
        (await git.ListAncestorsAsync(head.Sha, 5, default)).ShouldBe([parent]);
        (await git.ReadManifestAsync(head.Sha, default)).Length.ShouldBe(10);
        (await git.ListTreeAsync(head.Sha, default)).Length.ShouldBe(3);
        await git.ListNoticesAsync(head.Sha, default);
        (await git.ListChangesAsync(parent, head.Sha, default)).ShouldBe([new FileChange("a", "modified", null, 1, 1)]);
        (await git.ListUncommittedAsync(default)).ShouldBe(["a"]);
        await using var pool = new WorkspacePool(_outside["workspaces"], git);
        await using var workspace = await pool.AcquireAsync(head.Sha, _outside["attempt/workspace"], default);
        (await File.ReadAllTextAsync(Path.Combine(workspace.Path, "a"))).ShouldBe("2\n");
    }
}
