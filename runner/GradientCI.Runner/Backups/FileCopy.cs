using System.Security.Cryptography;
using GradientCI.Runner.Linux;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Backups;

/// <summary>Copies one file and says what was copied.</summary>
internal static class FileCopy
{
    private const int BufferSize = 1 << 18;
    private const UnixFileMode Kept = (UnixFileMode)0x1FF;

    /// <summary>Copies what the file holds at this moment: one that grows meanwhile ends where it ended at first.</summary>
    /// <param name="source">The file, opened.</param>
    /// <param name="folder">The target's folder.</param>
    /// <param name="name">The target's name; must not exist.</param>
    /// <returns>Bytes, and their SHA-256.</returns>
    public static (long Size, string Digest) Copy(SafeFileHandle source, SafeFileHandle folder, string name)
    {
        var stamp = FileCalls.Stat(source);
        var (target, digest) = (FileCalls.CreateFile(folder, name, UnixFileMode.UserRead | UnixFileMode.UserWrite), IncrementalHash.CreateHash(HashAlgorithmName.SHA256));
        using (target)
        using (digest)
        {
            var buffer = new byte[(int)Math.Clamp(stamp.Size, 1, BufferSize)];
            var at = 0L;
            int read;
            while (at < stamp.Size && (read = RandomAccess.Read(source, buffer.AsSpan(0, (int)Math.Min(buffer.Length, stamp.Size - at)), at)) > 0)
            {
                digest.AppendData(buffer, 0, read);
                RandomAccess.Write(target, buffer.AsSpan(0, read), at);
                at += read;
            }

            FileCalls.SetMode(target, stamp.Permissions & Kept);

            // Trainings look for their newest checkpoint by its time.
            File.SetLastWriteTimeUtc(target, DateTime.UnixEpoch.AddTicks(stamp.Modified / 100));
            return (at, Convert.ToHexStringLower(digest.GetHashAndReset()));
        }
    }

    /// <summary>SHA-256 and size of a file as it lies there.</summary>
    public static (long Size, string Digest) Measure(string path)
    {
        using var file = File.OpenRead(path);
        return (file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }
}
