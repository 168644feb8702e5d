using System.Diagnostics;
using GradientCI.Testing;

namespace GradientCI.Storage.Tests.Sqlite;

/// <summary>A file system of a few megabytes in memory; mounting one takes root.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(TemporaryFolder folder, int megabytes)
    {
        Path = folder["disk"];
        Directory.CreateDirectory(Path);
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", Path).ShouldBe(0);
    }

    public string Path { get; }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Missing()
    {
        using var folder = new TemporaryFolder();
        try
        {
            if (Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.Path) != 0)
            {
                return "Mounting a small file system takes root and CAP_SYS_ADMIN.";
            }
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "There is no mount command here.";
        }

        Run("umount", folder.Path);
        return null;
    }

    public void Dispose() => Run("umount", Path);

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>A fact that needs a <see cref="SmallDisk"/>, and is skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FactOnSmallDiskAttribute : FactAttribute
{
    public FactOnSmallDiskAttribute()
    {
        Skip = SmallDisk.Missing();
    }
}
