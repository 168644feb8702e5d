using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace GradientCI.Webhook.Portal;

/// <summary>The secret that signs links, so that whoever was given one can follow it and nobody can guess another.</summary>
public sealed class PortalKey
{
    private const int Length = 32;
    private readonly byte[] _key;

    private PortalKey(byte[] key) => _key = key;

    /// <summary>Reads the key, or makes it at first use, for the owner's eyes alone.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GradientException">It cannot be read or made, or holds something else.</exception>
    public static PortalKey Open(string path)
    {
        try
        {
            if (!File.Exists(path))
            {
                Make(path);
            }

            var key = File.ReadAllBytes(path);
            return key.Length == Length
                ? new PortalKey(key)
                : throw new GradientException(FailureKind.Environment, $"{path} holds no key.", "Delete it: another one is made, and links given out so far end.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(FailureKind.Environment, $"The key {path} could not be read or made: {problem.Message}", "Check its permissions.", problem);
        }
    }

    /// <summary>The signature of a path, fit for an address.</summary>
    public string Sign(string path) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(path)));

    /// <summary>Whether a signature is the path's own; takes the same time wherever it differs.</summary>
    public bool Matches(string path, string? signature) =>
        signature is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(path)), Encoding.UTF8.GetBytes(signature));

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
