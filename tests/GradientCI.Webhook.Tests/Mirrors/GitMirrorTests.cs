using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Testing;
using GradientCI.Testing.Git;

namespace GradientCI.Webhook.Tests.Mirrors;

/// <summary>Real fetches over HTTP from a repository that asks for a token.</summary>
public sealed class GitMirrorTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private RemoteServer _server = null!;

    private string Path => _folder["repos/digits.git"];

    private GitMirror Mirror => new(Path, TimeProvider.System);

    public async Task InitializeAsync()
    {
        _server = await RemoteServer.StartAsync();
        _server.Commit("One");
        _server.Push("main");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_token_lets_us_in_and_is_nowhere_to_be_found()
    {
        await Mirror.FetchAsync(_server.Fetch(), default);

        (await RefsAsync()).ShouldBe(["refs/heads/main"]);
        _server.HasLeaked.ShouldBeFalse();
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
        {
            var text = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            RemoteServer.Secrets.ShouldAllBe(secret => !text.Contains(secret, StringComparison.Ordinal));
        }

        _server.Fetch().ToString().ShouldNotContain(RemoteServer.Token);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_among_arguments_would_have_been_noticed()
    {
        var careless = _server.Url.Replace("http://", $"http://x-access-token:{RemoteServer.Token}@", StringComparison.Ordinal);

        await Task.Run(() => _server.Work.Git("ls-remote", careless));

        _server.HasLeaked.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_killed_fetch_left_is_in_nobodys_way()
    {
        await Mirror.FetchAsync(_server.Fetch(), default);
        string[] leftovers = ["refs/heads/main.lock", "packed-refs.lock", "objects/pack/tmp_pack_1", "objects/pack/.tmp-7-pack-1.pack"];
        foreach (var leftover in leftovers)
        {
            await File.WriteAllTextAsync(System.IO.Path.Combine(Path, leftover), "");
        }

        Directory.CreateDirectory(Path + ".new");
        var second = _server.Commit("Two");
        _server.Push("main");

        await Mirror.FetchAsync(_server.Fetch(), default);

        _server.Work.Git("--git-dir", Path, "rev-parse", "main").Trim().ShouldBe(second);
        leftovers.ShouldAllBe(leftover => !File.Exists(System.IO.Path.Combine(Path, leftover)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Packs_are_joined_and_nothing_of_them_is_lost()
    {
        var shas = new List<string>();
        for (var commit = 0; commit < 6; commit++)
        {
            shas.Add(_server.Commit($"Amended {commit}"));
            _server.Push("main");
            await new GitMirror(Path, TimeProvider.System) { MostPacks = 3 }.FetchAsync(_server.Fetch(), default);
            _server.Work.Git("reset", "--quiet", "--hard", "HEAD~1");
        }

        Directory.GetFiles(System.IO.Path.Combine(Path, "objects", "pack"), "*.pack").Length.ShouldBeLessThanOrEqualTo(3);
        await using var repository = await GitRepository.OpenAsync(Path, default);
        foreach (var sha in shas)
        {
            (await repository.ReadCommitAsync(new CommitSha(sha), default)).Subject.ShouldStartWith("Amended");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Every_kept_commit_was_a_file_for_ever()
    {
        var mirror = new GitMirror(Path, TimeProvider.System) { MostPacks = 1 };
        var first = new CommitSha(_server.Head());
        await mirror.FetchAsync(_server.Fetch(), default);
        await mirror.KeepAsync(first, default);
        var second = _server.Commit("Two");
        _server.Push("main");

        await mirror.FetchAsync(_server.Fetch(), default);
        await mirror.KeepAsync(first, default);

        (await RefsAsync()).ShouldBe([MirrorRefs.Keep(first), "refs/heads/main"]);
        (await File.ReadAllTextAsync(System.IO.Path.Combine(Path, "packed-refs"))).ShouldContain($"{second} refs/heads/main");
        File.Exists(System.IO.Path.Combine(Path, MirrorRefs.Keep(first))).ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_lock_that_a_killed_process_left_kept_its_commit_from_being_kept_for_ever()
    {
        var sha = new CommitSha(_server.Head());
        await Mirror.FetchAsync(_server.Fetch(), default);
        var lockFile = System.IO.Path.Combine(Path, MirrorRefs.Keep(sha) + ".lock");
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(lockFile)!);
        await File.WriteAllTextAsync(lockFile, "");

        // It may be somebody's who lives.
        await Should.ThrowAsync<GradientException>(() => Mirror.KeepAsync(sha, default));
        File.SetLastWriteTimeUtc(lockFile, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-2));
        await Mirror.KeepAsync(sha, default);

        (await RefsAsync()).ShouldContain(MirrorRefs.Keep(sha));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_no_ref_led_to_any_more_stayed_for_ever()
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var mirror = new GitMirror(Path, time);
        var kept = new CommitSha(_server.Commit("Kept"));
        _server.Push("HEAD:refs/pull/7/head");
        await mirror.FetchAsync(_server.Fetch() with { PullRequest = 7 }, default);
        await mirror.KeepAsync(kept, default);
        var dropped = _server.Commit("Dropped");
        _server.Push("HEAD:refs/pull/7/head");
        await mirror.FetchAsync(_server.Fetch() with { PullRequest = 7 }, default);

        await mirror.ForgetPullRequestAsync(7, default);
        await mirror.ForgetPullRequestAsync(8, default);
        time.Advance(TimeSpan.FromDays(8));
        await mirror.FetchAsync(_server.Fetch(), default);
        var isThereAfterAWeek = await mirror.HasAsync(dropped, default);
        time.Advance(TimeSpan.FromDays(8));
        await mirror.FetchAsync(_server.Fetch(), default);

        (await RefsAsync()).ShouldBe([MirrorRefs.Keep(kept), "refs/heads/main"]);
        isThereAfterAWeek.ShouldBeTrue();
        (await mirror.HasAsync(dropped, default)).ShouldBeFalse();
        (await mirror.HasAsync(kept.Value, default)).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_let_go_of_and_is_asked_for_again_is_fetched_again()
    {
        var time = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var mirror = new GitMirror(Path, time);
        var lost = _server.Commit("Lost");
        _server.Push("main");
        await mirror.FetchAsync(_server.Fetch(), default);
        _server.Work.Git("reset", "--quiet", "--hard", "HEAD~1");
        _server.Push("main");
        await mirror.FetchAsync(_server.Fetch(), default);
        time.Advance(TimeSpan.FromDays(16));

        await mirror.FetchAsync(_server.Fetch() with { Objects = [lost] }, default);

        (await mirror.HasAsync(lost, default)).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_token_that_is_refused_is_not_repeated()
    {
        var problem = await Should.ThrowAsync<GradientException>(() => Mirror.FetchAsync(_server.Fetch() with { Token = "ghs_other" }, default));

        problem.Kind.ShouldBe(FailureKind.Environment);
        problem.Remedy!.ShouldContain("does not let us in");
        problem.ToString().ShouldNotContain("ghs_other");
    }

    [Fact(Timeout = 60_000)]
    public async Task Branches_go_when_they_are_gone_and_what_is_kept_survives_a_forced_push()
    {
        var first = new CommitSha(_server.Head());
        _server.Push("main:topic/a");
        await Mirror.FetchAsync(_server.Fetch(), default);
        await Mirror.KeepAsync(first, default);
        _server.Work.Git("commit", "--quiet", "--amend", "--allow-empty", "-m", "Other");
        _server.Push("main", ":topic/a");
        _server.Push("main:topic");

        await Mirror.FetchAsync(_server.Fetch(), default);

        (await RefsAsync()).ShouldBe([MirrorRefs.Keep(first), "refs/heads/main", "refs/heads/topic"]);
        _server.Work.Git("--git-dir", Path, "gc", "--quiet", "--prune=now");
        await using var repository = await GitRepository.OpenAsync(Path, default);
        (await repository.ReadCommitAsync(first, default)).Subject.ShouldBe("One");
        (await repository.ResolveCommitAsync("main", default)).Subject.ShouldBe("Other");
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_asked_tags_and_pull_requests_come_and_what_is_gone_is_left_out()
    {
        _server.Work.Git("tag", "v1");
        _server.Work.Git("tag", "v2");
        _server.Commit("Of a stranger");
        _server.Push("v1", "v2", "HEAD:refs/pull/7/head", "HEAD:refs/pull/8/head");

        await Mirror.FetchAsync(_server.Fetch() with { Tags = ["refs/tags/v1", "refs/tags/gone"], PullRequest = 7, Objects = [new string('1', 40)] }, default);
        await Mirror.FetchAsync(_server.Fetch() with { PullRequest = 9 }, default);

        (await RefsAsync()).ShouldBe(["refs/gradientci/pull/7", "refs/heads/main", "refs/tags/v1"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_commit_that_no_ref_leads_to_any_more_is_fetched_by_its_name()
    {
        var lost = _server.Commit("Lost");
        _server.Push("main");
        _server.Work.Git("reset", "--quiet", "--hard", "HEAD~1");
        _server.Push("main");

        await Mirror.FetchAsync(_server.Fetch() with { Objects = [lost] }, default);

        await using var repository = await GitRepository.OpenAsync(Path, default);
        (await repository.ReadCommitAsync(new CommitSha(lost), default)).Subject.ShouldBe("Lost");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_redirect_is_not_followed()
    {
        var moved = new MirrorFetch(CloneUrl.Parse($"{_server.Root}/moved/digits.git")) { Token = RemoteServer.Token };

        var problem = await Should.ThrowAsync<GradientException>(() => Mirror.FetchAsync(moved, default));

        problem.Remedy!.ShouldContain("Redirects are not followed");
        _server.Paths.ShouldBe("/moved/digits.git/info/refs\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_mirror_that_is_too_large_fetches_nothing_more()
    {
        var problem = await Should.ThrowAsync<GradientException>(
            () => new GitMirror(Path, TimeProvider.System) { MaxBytes = 1 }.FetchAsync(_server.Fetch(), default));

        problem.Message.ShouldContain("has more than 0 MiB");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_stranger_brings_is_counted_over_all_heads_and_removed_when_it_is_too_much()
    {
        var random = new Random(7);
        var fetch = _server.Fetch() with { PullRequest = 7, ForkLimits = new ForkLimits(500_000, 800_000) };
        await Mirror.FetchAsync(_server.Fetch(), default);
        var small = Large("HEAD:refs/pull/7/head");

        var first = await Mirror.FetchAsync(fetch with { Objects = [small] }, default);
        var size = Size();
        var large = Large("HEAD:refs/pull/7/head");
        var second = await Mirror.FetchAsync(fetch with { Objects = [large] }, default);

        (first, second).ShouldBe((MirrorFetchOutcome.Whole, MirrorFetchOutcome.ForkTooLarge));
        Size().ShouldBe(size);
        (await Mirror.HasAsync(large, default)).ShouldBeFalse();
        _server.Work.Git("--git-dir", Path, "rev-parse", "refs/gradientci/pull/7").Trim().ShouldBe(small);
        _server.Work.Git("--git-dir", Path, "fsck", "--strict", "--connectivity-only");

        // Trusted, it comes; and another's pull request has what is left of all.
        (await Mirror.FetchAsync(fetch with { Objects = [large], ForkLimits = null }, default)).ShouldBe(MirrorFetchOutcome.Whole);
        Large("HEAD:refs/pull/8/head");
        (await Mirror.FetchAsync(fetch with { PullRequest = 8 }, default)).ShouldBe(MirrorFetchOutcome.Whole);
        Large("HEAD:refs/pull/9/head");
        (await Mirror.FetchAsync(fetch with { PullRequest = 9 }, default)).ShouldBe(MirrorFetchOutcome.ForksTooLarge);
        (await RefsAsync()).ShouldBe(["refs/gradientci/pull/7", "refs/gradientci/pull/8", "refs/heads/main"]);

        string Large(string reference)
        {
            _server.Work.Git("checkout", "--quiet", "-B", "large", "main");
            var noise = new byte[300_000];
            random.NextBytes(noise);
            var sha = _server.Commit("Large", "data", Convert.ToBase64String(noise));
            _server.Push(reference);
            return sha;
        }

        long Size() => Directory.EnumerateFiles(System.IO.Path.Combine(Path, "objects"), "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task Fetches_at_once_wait_for_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Mirror.FetchAsync(_server.Fetch(), default)));

        (await RefsAsync()).ShouldBe(["refs/heads/main"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Names_of_refs_are_never_options_or_commands()
    {
        string[] names = ["refs/heads/--upload-pack=touch${IFS}canary", "refs/heads/$(touch${IFS}canary)", "refs/heads/`id>canary`", "refs/heads/;id>canary"];
        foreach (var name in names)
        {
            _server.Work.Git("--git-dir", _server.Bare, "update-ref", name, _server.Head());
        }

        await Mirror.FetchAsync(_server.Fetch(), default);

        (await RefsAsync()).ShouldBe([.. names, "refs/heads/main"], ignoreOrder: true);
        Directory.EnumerateFiles(_folder.Path, "canary", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    private Task<string[]> RefsAsync() =>
        Task.FromResult(_server.Work.Git("--git-dir", Path, "for-each-ref", "--format=%(refname)").Split('\n', StringSplitOptions.RemoveEmptyEntries));
}
