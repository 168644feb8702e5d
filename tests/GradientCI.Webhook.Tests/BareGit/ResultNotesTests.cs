using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Testing;
using GradientCI.Webhook.Forges.BareGit;

namespace GradientCI.Webhook.Tests.BareGit;

public sealed class ResultNotesTests : IAsyncLifetime, IDisposable
{
    private readonly TestRepository _work = new();
    private readonly ResultNotes _notes = new(TimeProvider.System);
    private GitRepository _repository = null!;

    public async Task InitializeAsync()
    {
        _work.Commit("Begin");
        _repository = await GitRepository.OpenAsync(_work.Path, default);
    }

    public async Task DisposeAsync() => await _repository.DisposeAsync();

    public void Dispose() => _work.Dispose();

    [Fact]
    public async Task The_log_shows_the_result()
    {
        await WriteAsync("HEAD", "digits#1 passed: acc 0.9\n");
        await WriteAsync("HEAD", "-digits#1 failed\n  reason\n");

        _work.Git("log", "--notes=gradientci").ShouldContain("Notes (gradientci):\n    -digits#1 failed\n      reason\n");
        _work.Git("log", "-1", "--format=%an <%ae> %cn", "refs/notes/gradientci").Trim().ShouldBe("GradientCI <gradientci@localhost> GradientCI");
        _work.Git("for-each-ref", "--format=%(refname)").Trim().ShouldBe("refs/heads/main\nrefs/notes/gradientci");
    }

    [Fact]
    public async Task The_same_result_again_changes_nothing()
    {
        await WriteAsync("HEAD", "digits#1 passed\n");
        var before = _work.Git("rev-parse", "refs/notes/gradientci");

        await WriteAsync("HEAD", "digits#1 passed\n");

        _work.Git("rev-parse", "refs/notes/gradientci").ShouldBe(before);
    }

    [Fact(Timeout = 60_000)]
    public async Task Writers_at_once_lose_no_note()
    {
        var commits = Enumerable.Range(0, 12).Select(number => _work.Commit($"Commit {number}")).ToList();
        await using var other = await GitRepository.OpenAsync(_work.Path, default);

        await Task.WhenAll(commits.Select((sha, at) => Task.Run(() => _notes.WriteAsync(at % 2 == 0 ? _repository : other, new CommitSha(sha), $"note {at}", default))));

        _work.Git("log", "--format=%N", "--notes=gradientci").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()
            .ShouldBe(Enumerable.Range(0, 12).Select(at => $"note {at}").Order());
    }

    [Fact]
    public async Task Nothing_that_the_repository_says_is_executed()
    {
        foreach (var hook in (string[])["reference-transaction", "post-commit", "pre-commit", "post-rewrite", "prepare-commit-msg", "commit-msg"])
        {
            _work.Write($".git/hooks/{hook}", $"#!/bin/sh\ntouch '{_work.Path}/caught'\n");
            File.SetUnixFileMode(Path.Combine(_work.Path, ".git/hooks", hook), (UnixFileMode)0x1ED);
        }

        foreach (var (key, value) in (ReadOnlySpan<(string, string)>)
            [("core.editor", "touch caught"), ("commit.gpgSign", "true"), ("gpg.program", "/bin/touch"), ("core.notesRef", "refs/heads/main"), ("author.name", "Mallory"), ("core.fsmonitor", "touch caught")])
        {
            _work.Git("config", key, value);
        }

        await WriteAsync("HEAD", "digits#1 passed");

        File.Exists(Path.Combine(_work.Path, "caught")).ShouldBeFalse();
        _work.Git("log", "-1", "--format=%an", "refs/notes/gradientci").Trim().ShouldBe("GradientCI");
    }

    [Fact]
    public async Task A_symbolic_ref_leads_to_no_other_branch()
    {
        _work.Git("symbolic-ref", "refs/notes/gradientci", "refs/heads/main");
        var main = _work.Git("rev-parse", "main");

        var problem = await Should.ThrowAsync<GradientException>(() => WriteAsync("HEAD", "x"));

        problem.Message.ShouldContain("refs/notes/gradientci is a symbolic ref");
        _work.Git("rev-parse", "main").ShouldBe(main);
    }

    [Fact]
    public async Task A_repository_that_is_gone_gives_a_sentence()
    {
        var head = _work.Git("rev-parse", "HEAD").Trim();
        Directory.Move(_work.Path, _work.Path + ".away");
        try
        {
            var problem = await Should.ThrowAsync<GradientException>(() => _notes.WriteAsync(_repository, new CommitSha(head), "x", default));

            problem.Message.ShouldContain("was moved or deleted");
        }
        finally
        {
            Directory.Move(_work.Path + ".away", _work.Path);
        }
    }

    private Task WriteAsync(string revision, string text) =>
        _notes.WriteAsync(_repository, new CommitSha(_work.Git("rev-parse", revision).Trim()), text, default);
}
