using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Runner.Linux;

namespace GradientCI.Webhook.Portal;

/// <summary>The secret that signs links, so that whoever was given one can follow it and nobody can guess another.</summary>
public sealed class PortalKey
{
    private readonly byte[] _key;

    private PortalKey(byte[] key) => _key = key;

    /// <summary>Reads the key, or makes it at first use, for the owner's eyes alone.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="GradientException">It cannot be read or made, or holds something else.</exception>
    public static PortalKey Open(string path) => new(SecretFile.Open(path));

    /// <summary>The signature of a path, fit for an address.</summary>
    public string Sign(string path) => Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(path)));

    /// <summary>Whether a signature is the path's own; takes the same time wherever it differs.</summary>
    public bool Matches(string path, string? signature) =>
        signature is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(path)), Encoding.UTF8.GetBytes(signature));
}
