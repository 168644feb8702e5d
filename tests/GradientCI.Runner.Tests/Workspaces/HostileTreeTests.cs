using GradientCI.Runner.Git;
using GradientCI.Runner.Tests.Git;
using GradientCI.Runner.Workspaces;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Workspaces;

public sealed class HostileTreeTests : IDisposable
{
    private readonly TestRepository _repository = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _repository.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("100644 blob {blob}\t..\0", "is not a path inside the repository")]
    [InlineData("100644 blob {blob}\t.\0", "is not a path inside the repository")]
    [InlineData("100644 blob {blob}\t../escape\0", "is not a path inside the repository")]
    [InlineData("100644 blob {blob}\t/etc/escape\0", "is not a path inside the repository")]
    [InlineData("100644 blob {blob}\ta//b\0", "is not a path inside the repository")]
    [InlineData("40000 tree {tree}\t..\0", "is not a path inside the repository")]
    [InlineData("40000 tree {tree}\t.git\0", "would take the place of Git's own folder")]
    [InlineData("40000 tree {tree}\t.GiT\0", "would take the place of Git's own folder")]
    [InlineData("100644 blob {blob}\t.git\0", "would take the place of Git's own folder")]
    [InlineData("120000 blob {blob}\t.git\0", "would take the place of Git's own folder")]
    [InlineData("100644 blob {blob}\ta\0" + "100644 blob {blob}\ta\0", "is there more than once")]
    [InlineData("120000 blob {blob}\ta\0" + "40000 tree {tree}\ta\0", "is there as a file and as a folder")]
    [InlineData("40000 tree {tree}\ta\0" + "120000 blob {blob}\ta\0", "is there more than once")]
    [InlineData("120000 blob {empty}\ta\0", "is a symbolic link of impossible length")]
    [InlineData("120000 blob {long}\ta\0", "is a symbolic link of impossible length")]
    public async Task A_tree_that_was_made_to_do_harm_is_refused(string listing, string problem)
    {
        var blob = _repository.WriteObject("blob", "/etc"u8.ToArray());
        var inner = "100644 file\0"u8.ToArray().Concat(Convert.FromHexString(blob)).ToArray();
        var commit = _repository.CommitTree(listing
            .Replace("{blob}", blob, StringComparison.Ordinal)
            .Replace("{empty}", _repository.WriteObject("blob", []), StringComparison.Ordinal)
            .Replace("{long}", _repository.WriteObject("blob", new byte[5000]), StringComparison.Ordinal)
            .Replace("{tree}", _repository.WriteObject("tree", inner), StringComparison.Ordinal));
        await using var git = await GitRepository.OpenAsync(_repository.Path, default);
        await using var pool = new WorkspacePool(_folder["workspaces"], git);

        var error = await Should.ThrowAsync<GradientException>(() => pool.AcquireAsync(commit, _folder["attempt/workspace"], default));

        error.Kind.ShouldBe(FailureKind.Usage);
        error.Message.ShouldEndWith($"{problem}.");
        Directory.Exists(_folder["workspaces"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(201, 1, "lies more than 200 folders deep")]
    [InlineData(2, 256, "has a name of more than 255 bytes")]
    [InlineData(2, 100, null)]
    public void A_tree_has_bounds(int depth, int nameLength, string? problem)
    {
        var path = string.Join('/', Enumerable.Repeat(new string('a', nameLength), depth));
        var tree = () => CommitTree.Build([new TreeEntry(path, TreeEntryMode.Regular, new string('0', 40), 1)], "c0ffee");

        if (problem is null)
        {
            tree().Folders.Count.ShouldBe(1);
        }
        else
        {
            Should.Throw<GradientException>(tree).Message.ShouldContain(problem);
        }
    }
}
