using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

/// <summary>An app that is registered with the stand-in, with its key.</summary>
public sealed class FakeApp : IDisposable
{
    // Made once: it takes long, and no test needs two apps to differ.
    private static readonly Lazy<string> Pem = new(MakeKey);
    private readonly RSA _key = RSA.Create();

    public FakeApp()
    {
        _key.ImportFromPem(Pem.Value);
    }

    public long Id { get; init; } = 4711;

    public string ClientId { get; init; } = "Iv23liGradientTest";

    public string Slug { get; init; } = "gradientci";

    /// <summary>What its installations may: <c>statuses</c> → <c>write</c>.</summary>
    public ConcurrentDictionary<string, string> Permissions { get; } = new()
    {
        ["metadata"] = "read",
        ["contents"] = "read",
        ["statuses"] = "write",
        ["checks"] = "write",
        ["issues"] = "write",
        ["pull_requests"] = "write",
    };

    public string PrivateKeyPem { get; } = Pem.Value;

    public void Dispose() => _key.Dispose();

    /// <summary>Why a JWT is not accepted, or null when it is.</summary>
    internal string? FindFault(string jwt, DateTimeOffset now)
    {
        var parts = jwt.Split('.');
        if (parts.Length != 3 || !_key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return "A JSON web token could not be decoded";
        }

        var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!;
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        var (issued, expires) = ((long)claims["iat"]!, (long)claims["exp"]!);
        return (string?)header["alg"] != "RS256" ? "A JSON web token could not be decoded"
            : (string?)claims["iss"] != ClientId && (string?)claims["iss"] != Id.ToString() ? "'Issuer' claim ('iss') must be an Integer or a client id"
            : issued > now.ToUnixTimeSeconds() ? "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
            : expires > now.ToUnixTimeSeconds() + 600 ? "'Expiration time' claim ('exp') is too far in the future"
            : expires <= now.ToUnixTimeSeconds() ? "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires"
            : null;
    }

    private static string MakeKey()
    {
        using var key = RSA.Create(2048);
        return key.ExportRSAPrivateKeyPem();
    }
}
