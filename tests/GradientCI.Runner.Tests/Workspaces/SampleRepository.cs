using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Workspaces;

/// <summary>A commit with one file of every kind.</summary>
public sealed class SampleRepository : IDisposable
{
    public SampleRepository()
    {
        Repository.Write("train.py", "print('hello')\n");
        Repository.Write("src/model/net.py", "net");
        Repository.Write("src/data.csv", "1,2\r\n3,4\r\n");
        Repository.Write("run.sh", "#!/bin/sh\n");
        File.SetUnixFileMode(Path.Combine(Repository.Path, "run.sh"), (UnixFileMode)0x1ED);
        Repository.Write("größe/日本.txt", "x");
        File.CreateSymbolicLink(Path.Combine(Repository.Path, "link"), "src/data.csv");
        File.CreateSymbolicLink(Path.Combine(Repository.Path, "outward"), "/etc/passwd");
        Commit = new CommitSha(Repository.Commit("Files"));
        Git = GitRepository.OpenAsync(Repository.Path, default).GetAwaiter().GetResult();
    }

    public TestRepository Repository { get; } = new();

    public GitRepository Git { get; }

    public CommitSha Commit { get; }

    public void Dispose()
    {
        Git.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Repository.Dispose();
    }
}
