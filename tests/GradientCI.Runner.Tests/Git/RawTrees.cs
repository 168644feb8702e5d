using System.Text;
using GradientCI.Experiments;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Git;

/// <summary>Commits that <c>git add</c> would never make.</summary>
internal static class RawTrees
{
    /// <summary>Commits a tree given as <c>git ls-tree -z</c> writes it.</summary>
    public static CommitSha CommitTree(this TestRepository repository, string listing, Encoding? encoding = null)
    {
        var body = new MemoryStream();
        foreach (var record in listing.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = record.Split('\t', 2);
            var columns = parts[0].Split(' ');
            body.Write(Encoding.ASCII.GetBytes(columns[0].TrimStart('0') + " "));
            body.Write((encoding ?? Encoding.UTF8).GetBytes(parts[1]));
            body.WriteByte(0);
            body.Write(Convert.FromHexString(columns[2]));
        }

        var tree = repository.WriteObject("tree", body.ToArray());
        return new CommitSha(repository.Git("commit-tree", "-m", "Raw", tree).Trim());
    }

    /// <summary>Writes an object without any check, as a hostile push could.</summary>
    public static string WriteObject(this TestRepository repository, string type, byte[] bytes)
    {
        var file = Path.Combine(repository.Path, ".git", "raw");
        File.WriteAllBytes(file, bytes);
        return repository.Git("hash-object", "-w", "--literally", "-t", type, file).Trim();
    }
}
