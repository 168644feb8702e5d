using System.Collections.Immutable;
using System.Formats.Tar;
using GradientCI.Runner.Builds;
using GradientCI.Runner.Git;
using GradientCI.Specs;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Builds;

public sealed class BuildContextTests : IDisposable
{
    private static readonly BuildSpec Usual = new("Dockerfile", ".", ImmutableSortedDictionary<string, string>.Empty, null);

    private readonly TestRepository _repository = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task It_is_the_commits_files_as_they_are_committed()
    {
        _repository.Write("Dockerfile", "FROM scratch\n");
        _repository.Write("src/train.py", "print(1)\n");
        _repository.Write("run.sh", "#!/bin/sh\n");
        _repository.Write("weights.bin", new string('w', 3 << 20));
        File.SetUnixFileMode(Path.Combine(_repository.Path, "run.sh"), (UnixFileMode)0x1ED);
        File.CreateSymbolicLink(Path.Combine(_repository.Path, "link"), "src/train.py");
        _repository.Commit("Everything");
        _repository.Write("not-committed", "x");

        var entries = await ArchiveAsync(Usual);

        entries.Select(entry => entry.Name).ShouldBe(["Dockerfile", "link", "run.sh", "src/train.py", "weights.bin"]);
        entries[1].Text.ShouldBe("-> src/train.py");
        entries[2].Mode.ShouldBe((UnixFileMode)0x1ED);
        entries[3].ShouldBe(new Packed("src/train.py", (UnixFileMode)0x1A4, "print(1)\n"));
        entries[4].Text.Length.ShouldBe(3 << 20);
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_folder_alone_can_be_it_and_dockerignore_keeps_files_out()
    {
        _repository.Write("docker/train.Dockerfile", "FROM scratch\n");
        _repository.Write("docker/.dockerignore", "*\n!a.txt\n");
        _repository.Write("docker/a.txt", "a");
        _repository.Write("docker/b.txt", "b");
        _repository.Write("c.txt", "c");
        _repository.Commit("A folder");

        var entries = await ArchiveAsync(Usual with { Context = "./docker/", Dockerfile = "./train.Dockerfile" });

        entries.Select(entry => entry.Name).ShouldBe([".dockerignore", "a.txt", "train.Dockerfile"]);
    }

    [Fact]
    public async Task The_digest_changes_with_what_is_sent_and_with_how_it_is_built_and_with_nothing_else()
    {
        _repository.Write("Dockerfile", "FROM scratch\n");
        _repository.Write(".dockerignore", "docs\n");
        _repository.Commit("First");
        var first = await DigestAsync(Usual);

        _repository.Write("docs/page.md", "Not sent.");
        _repository.Commit("Second");
        (await DigestAsync(Usual)).ShouldBe(first);
        (await DigestAsync(Usual with { Target = "stage" })).ShouldNotBe(first);
        (await DigestAsync(Usual with { Args = Usual.Args.Add("K", "V") })).ShouldNotBe(first);

        _repository.Write("train.py", "");
        _repository.Commit("Third");
        (await DigestAsync(Usual)).ShouldNotBe(first);
    }

    [Fact]
    public async Task A_commit_without_the_Dockerfile_is_told_of_its_place()
    {
        _repository.Write("docker/a", "a");
        _repository.Commit("No Dockerfile");

        var problem = await Should.ThrowAsync<GradientException>(() => DigestAsync(Usual with { Context = "docker" }));

        problem.Kind.ShouldBe(FailureKind.Usage);
        problem.Message.ShouldContain("has no file 'docker/Dockerfile'");
    }

    [Fact]
    public async Task A_Dockerfile_that_has_the_Engine_fetch_something_or_that_is_a_link_is_refused()
    {
        _repository.Write("Dockerfile", "FROM scratch\nADD http://169.254.169.254/ /x\n");
        File.CreateSymbolicLink(Path.Combine(_repository.Path, "link"), "Dockerfile");
        _repository.Commit("Fetch");

        (await Should.ThrowAsync<GradientException>(() => DigestAsync(Usual))).Message.ShouldContain("ADD of an address");
        (await Should.ThrowAsync<GradientException>(() => DigestAsync(Usual with { Dockerfile = "link" }))).Message.ShouldContain("has no file 'link'");
    }

    public void Dispose()
    {
        _folder.Dispose();
        _repository.Dispose();
    }

    private async Task<string> DigestAsync(BuildSpec build)
    {
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);
        return (await BuildContext.ReadAsync(git, (await git.ResolveCommitAsync("HEAD", default)).Sha, build, default)).Digest;
    }

    private async Task<IReadOnlyList<Packed>> ArchiveAsync(BuildSpec build)
    {
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);
        var context = await BuildContext.ReadAsync(git, (await git.ResolveCommitAsync("HEAD", default)).Sha, build, default);
        using var archive = new MemoryStream();
        await new ContextArchive(git, context.Files, _folder["scratch"]).WriteAsync(archive, default);

        archive.Position = 0;
        using var reader = new TarReader(archive);
        var entries = new List<Packed>();
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            using var text = entry.DataStream is null ? null : new StreamReader(entry.DataStream);
            entries.Add(new Packed(entry.Name, entry.Mode, entry.EntryType == TarEntryType.SymbolicLink ? $"-> {entry.LinkName}" : text?.ReadToEnd() ?? ""));
        }

        return entries;
    }

    private sealed record Packed(string Name, UnixFileMode Mode, string Text);
}
