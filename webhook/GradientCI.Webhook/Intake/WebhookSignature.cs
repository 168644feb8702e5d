using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace GradientCI.Webhook.Intake;

/// <summary>Tells whether whoever sent some bytes knows one of our secrets: GitHub's <c>X-Hub-Signature-256</c>.</summary>
/// <remarks>Several secrets hold at once, so that one can be replaced without losing a delivery.</remarks>
public sealed class WebhookSignature
{
    /// <summary>The header. Its older brother <c>X-Hub-Signature</c> is SHA-1, and is not looked at.</summary>
    public const string Header = "X-Hub-Signature-256";

    private const string Scheme = "sha256=";
    private readonly ImmutableArray<byte[]> _keys;

    /// <summary>Takes the secrets that hold.</summary>
    /// <param name="secrets">At least one, none empty: without a secret anybody could start runs.</param>
    public WebhookSignature(IEnumerable<string> secrets)
    {
        _keys = [.. secrets.Select(Encoding.UTF8.GetBytes)];
        if (_keys.IsEmpty || _keys.Any(key => key.Length == 0))
        {
            throw new ArgumentException("There must be a secret, and none may be empty.", nameof(secrets));
        }
    }

    /// <summary>Whether the header signs the body with one of the secrets.</summary>
    /// <param name="header">Every value of the header; two of them, like none, are refused.</param>
    /// <param name="body">The bytes as they came.</param>
    public bool Signs(StringValues header, ReadOnlySpan<byte> body)
    {
        Span<byte> claimed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (header is not [{ } text] || !TryRead(text, claimed))
        {
            return false;
        }

        // Every secret is tried, so that the time tells nobody which one held.
        Span<byte> computed = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var isSigned = false;
        foreach (var key in _keys)
        {
            HMACSHA256.HashData(key, body, computed);
            isSigned |= CryptographicOperations.FixedTimeEquals(claimed, computed);
        }

        return isSigned;
    }

    private static bool TryRead(string text, Span<byte> digest) =>
        text.StartsWith(Scheme, StringComparison.Ordinal)
        && text.Length == Scheme.Length + (2 * digest.Length)
        && Convert.FromHexString(text.AsSpan(Scheme.Length), digest, out _, out _) == OperationStatus.Done;
}
