using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>A push as a hook of another machine tells the service of it.</summary>
/// <param name="CloneUrl">Where the service fetches the repository from.</param>
/// <param name="Updates">The refs as git told the hook, <c>OLD NEW REF</c> each.</param>
public sealed record PushMessage(string CloneUrl, ImmutableArray<string> Updates)
{
    /// <summary>The delivery's event.</summary>
    public const string Event = "git_push";

    /// <summary>What stands for the id that a forge would give: the URL is all there is.</summary>
    public static long IdOf(string cloneUrl) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(cloneUrl))) & long.MaxValue;

    /// <summary>The refs that git would have; at most 1,000.</summary>
    public ImmutableArray<RefUpdate> Refs() => [.. (Updates.IsDefault ? [] : Updates).Take(SpooledPush.MostRefs).Select(RefUpdate.Parse).OfType<RefUpdate>()];

    /// <summary>Writes it.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, PushMessageJson.Default.PushMessage);

    /// <summary>Reads what a stranger sent.</summary>
    /// <returns>The message, or null when it is none.</returns>
    public static PushMessage? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PushMessageJson.Default.PushMessage) is { CloneUrl: not null } message ? message : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static PushMessage Of(SpooledPush push, string cloneUrl) =>
        new(cloneUrl, [.. push.Updates.Select(update => $"{update.Old} {update.New} {update.Ref}")]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PushMessage))]
internal sealed partial class PushMessageJson : JsonSerializerContext;
