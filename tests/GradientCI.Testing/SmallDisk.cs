using System.ComponentModel;
using System.Diagnostics;

namespace GradientCI.Testing;

/// <summary>A file system of a few megabytes in memory, mounted while the test runs.</summary>
public sealed class SmallDisk : IDisposable
{
    private static readonly Lazy<string?> Probed = new(Probe);

    /// <summary>Mounts it on a folder, made when it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="megabytes">Its room.</param>
    /// <param name="files">How many files and folders it holds at most, itself included; 0 for as many as fit.</param>
    public SmallDisk(string path, int megabytes, int files = 0)
    {
        Path = Directory.CreateDirectory(path).FullName;
        Mount(Path, megabytes, files).ShouldBe(0);
    }

    /// <summary>Why there can be none here, or null.</summary>
    public static string? Obstacle => Probed.Value;

    public string Path { get; }

    /// <summary>Takes what room there is, to the last byte, as a colleague's checkpoint does.</summary>
    /// <param name="name">The file that takes it.</param>
    public void Fill(string name)
    {
        using var file = new FileStream(System.IO.Path.Combine(Path, name), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 1 << 12, 1])
        {
            try
            {
                while (true)
                {
                    file.Write(new byte[size]);
                }
            }
            catch (IOException)
            {
                // Full, as far as pieces of this size go.
            }
        }
    }

    /// <summary>Forbids every write, to root too.</summary>
    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", Path).ShouldBe(0);

    public void Dispose() => Unmount(Path);

    private static string? Probe()
    {
        using var folder = new TemporaryFolder();
        try
        {
            if (Mount(folder.Path, 1, 0) != 0)
            {
                return "mounting a small file system takes root and CAP_SYS_ADMIN";
            }
        }
        catch (Win32Exception)
        {
            return "there is no mount command here";
        }

        Unmount(folder.Path);
        return null;
    }

    private static int Mount(string path, int megabytes, int files) => Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,nr_inodes={files}", "tmpfs", path);

    private static void Unmount(string path) => Run("umount", "--lazy", path);

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
public sealed class FactOnSmallDiskAttribute : FactAttribute
{
    public FactOnSmallDiskAttribute()
    {
        Skip = SmallDisk.Obstacle;
    }
}
