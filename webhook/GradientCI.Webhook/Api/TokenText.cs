using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace GradientCI.Webhook.Api;

/// <summary>The text of an access token: <c>gci_</c> and 32 random bytes in Base64Url. It is shown once and kept nowhere.</summary>
public static class TokenText
{
    /// <summary>What every token starts with, so that scanners of secrets know one when they see it.</summary>
    public const string Prefix = "gci_";

    private const int Bytes = 32;
    private const int Length = 47;

    /// <summary>Makes one that nobody can guess.</summary>
    public static string Make() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>What is kept of one: SHA-256, lower-case hexadecimal.</summary>
    /// <remarks>Not slow on purpose: 256 random bits need no stretching.</remarks>
    /// <returns>The digest, or null for what cannot be a token.</returns>
    public static string? DigestOf(string text) =>
        text.Length == Length && text.StartsWith(Prefix, StringComparison.Ordinal) && Base64Url.IsValid(text.AsSpan(Prefix.Length))
            ? Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)))
            : null;
}
