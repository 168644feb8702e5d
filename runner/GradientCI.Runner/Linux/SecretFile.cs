using System.Security.Cryptography;

namespace GradientCI.Runner.Linux;

/// <summary>A file with 32 random bytes that only its owner may read.</summary>
public static class SecretFile
{
    private const int Length = 32;

    /// <summary>Reads the secret, or makes it at first use.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GradientException">It cannot be read or made, or holds something else.</exception>
    public static byte[] Open(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Make(path);
            }

            var key = File.ReadAllBytes(path);
            return key.Length == Length
                ? key
                : throw new GradientException(FailureKind.Environment, $"{path} holds no key.", "Delete it: another one is made, and what was signed so far ends.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(FailureKind.Environment, $"The key {path} could not be read or made: {problem.Message}", "Check its permissions.", problem);
        }
    }

    // It appears whole or not at all; of two who make one, the second takes the first's.
    private static void Make(string path)
    {
        var draft = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        using (var file = new FileStream(draft, options))
        {
            file.Write(RandomNumberGenerator.GetBytes(Length));
        }

        try
        {
            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(draft);
        }
    }
}
