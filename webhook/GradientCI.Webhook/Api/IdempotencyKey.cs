using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Json;
using GradientCI.Stores;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Api;

/// <summary>The header <c>Idempotency-Key</c>: a request that is sent again is answered with what came of the first.</summary>
internal static class IdempotencyKey
{
    private const int Longest = 100;
    private static readonly SearchValues<char> Characters = SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The key of a request for a run, or null when it has none.</summary>
    /// <exception cref="ApiProblemException">It is malformed.</exception>
    public static RequestKey? Of(ApiRequest request, RunRequest wanted, DateTimeOffset at) => request.Context.Request.Headers["Idempotency-Key"] switch
    {
        [] => null,
        [{ Length: > 0 and <= Longest } key] when !key.AsSpan().ContainsAnyExcept(Characters) => new RequestKey(request.Caller.Name, key, DigestOf(wanted), at),
        _ => throw ApiRequest.Wrong("The header Idempotency-Key is malformed.", $"Send at most {Longest} letters, digits, dots, dashes and underscores."),
    };

    // Of what it means: the order of fields and the white space of a body say nothing.
    private static string DigestOf(RunRequest wanted) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonWriting.Text(json =>
    {
        json.WriteStartObject();
        json.WriteTexts("names", [wanted.Project.Value, wanted.Experiment, wanted.Revision]);
        json.WriteTexts("params", wanted.Overrides);
        json.WriteBoolean("cache", wanted.UsesCache);
        json.WriteEndObject();
    }))));
}
