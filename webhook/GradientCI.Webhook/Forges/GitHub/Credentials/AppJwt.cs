using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using GradientCI.Webhook.Forges.GitHub.Http;

namespace GradientCI.Webhook.Forges.GitHub.Credentials;

/// <summary>An app in its own name: each call carries a statement that the app's key signed, good for some minutes on GitHub's clock.</summary>
/// <param name="issuer">The app's client id or id.</param>
/// <param name="key">The app's private key; disposed of with this.</param>
/// <param name="time">The clock, which GitHub corrects.</param>
internal sealed class AppJwt(string issuer, RSA key, TimeProvider time) : IGitHubCredentials, IDisposable
{
    // GitHub refuses what was made in its future or is good for more than ten minutes.
    private static readonly TimeSpan Before = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan After = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan SameTime = TimeSpan.FromSeconds(5);
    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8);

    private readonly Lock _lock = new();
    private TimeSpan _skew;

    public string Who => "the app";

    public ValueTask<AuthenticationHeaderValue> GetAsync(CancellationToken cancellationToken) => new(new AuthenticationHeaderValue("Bearer", Sign()));

    public bool LearnsFromRefusal(AuthenticationHeaderValue sent, DateTimeOffset? serverTime)
    {
        if (serverTime is not { } theirs)
        {
            return false;
        }

        lock (_lock)
        {
            var (known, skew) = (_skew, theirs - time.GetUtcNow());
            _skew = skew;
            return (skew - known).Duration() > SameTime;
        }
    }

    public void Dispose() => key.Dispose();

    private string Sign()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow() + _skew;
            var claims = new AppClaims((now - Before).ToUnixTimeSeconds(), (now + After).ToUnixTimeSeconds(), issuer);
            var text = $"{Header}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims, AppClaimsJson.Default.AppClaims))}";
            var signature = key.SignData(System.Text.Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return $"{text}.{Base64Url.EncodeToString(signature)}";
        }
    }
}

internal sealed record AppClaims([property: JsonPropertyName("iat")] long IssuedAt, [property: JsonPropertyName("exp")] long Expires, [property: JsonPropertyName("iss")] string Issuer);

[JsonSerializable(typeof(AppClaims))]
internal sealed partial class AppClaimsJson : JsonSerializerContext;
