using System.Globalization;
using GradientCI.Runner.Tests.Git;

namespace GradientCI.Runner.Tests.Workspaces;

/// <summary>A file system of its own, mounted while the test runs.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(string path, string size)
    {
        Path = Directory.CreateDirectory(path).FullName;
        Shell.Run("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", Path);
    }

    public string Path { get; }

    public void Dispose() => Shell.Run("umount", "--lazy", Path);
}

/// <summary>A fact that mounts a file system, which takes CAP_SYS_ADMIN.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountFactAttribute : FactAttribute
{
    private const int SystemAdministration = 21;

    public MountFactAttribute() => Skip = MayMount() ? null : "needs CAP_SYS_ADMIN, to mount a small file system";

    private static bool MayMount() => File.ReadLines("/proc/self/status")
        .Where(line => line.StartsWith("CapEff:", StringComparison.Ordinal))
        .Any(line => (ulong.Parse(line[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << SystemAdministration)) != 0);
}
