using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Runner.Secrets;

/// <summary>A key that seals and opens: AES-GCM with 256 bits.</summary>
/// <param name="id">Its name, which is no secret.</param>
/// <param name="bytes">32 bytes.</param>
internal sealed class SecretKey(string id, byte[] bytes)
{
    /// <summary>Its length, in bytes.</summary>
    public const int Length = 32;

    private const int NonceLength = 12;
    private const int TagLength = 16;

    /// <summary>Its name.</summary>
    public string Id => id;

    /// <summary>A line of the key file.</summary>
    public string Line => $"{id} {Convert.ToBase64String(bytes)}";

    /// <summary>A new one.</summary>
    public static SecretKey Make() => new($"k{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}", RandomNumberGenerator.GetBytes(Length));

    /// <summary>What a secret is bound to, so that nobody who can write the database can pass one off as another.</summary>
    public static string PurposeOf(ProjectId? project, string name) => $"secret\n{project?.Value}\n{name}";

    /// <summary>What the copy of its secrets is bound to that an attempt's folder holds.</summary>
    public static string PurposeOf(AttemptId attempt) => $"attempt\n{attempt.Trial.Run.Project}\n{attempt}";

    /// <summary>The value of a secret that one of some keys opens; null when none does.</summary>
    public static string? Open(SealedSecret secret, ImmutableArray<SecretKey> ring) =>
        ring.FirstOrDefault(key => key.Id == secret.KeyId)?.Open(secret.Box.AsSpan(), PurposeOf(secret.Project, secret.Name));

    /// <summary>Seals a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="purpose">Must be said again to open it.</param>
    public byte[] Seal(string text, string purpose)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceLength));
        using var aes = new AesGcm(bytes, TagLength);
        aes.Encrypt(box.AsSpan(0, NonceLength), plain, box.AsSpan(NonceLength + TagLength), box.AsSpan(NonceLength, TagLength), Bound(purpose));
        CryptographicOperations.ZeroMemory(plain);
        return box;
    }

    /// <summary>Opens what was sealed with this key for this purpose; null when it was not, or was changed since.</summary>
    public string? Open(ReadOnlySpan<byte> box, string purpose)
    {
        if (box.Length < NonceLength + TagLength)
        {
            return null;
        }

        var plain = new byte[box.Length - NonceLength - TagLength];
        try
        {
            using var aes = new AesGcm(bytes, TagLength);
            aes.Decrypt(box[..NonceLength], box[(NonceLength + TagLength)..], box.Slice(NonceLength, TagLength), plain, Bound(purpose));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private byte[] Bound(string purpose) => Encoding.UTF8.GetBytes($"gradientci 1\n{id}\n{purpose}");
}
