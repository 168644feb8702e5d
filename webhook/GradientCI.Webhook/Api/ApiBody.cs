using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Json;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>The body of a request: one small JSON object.</summary>
internal static class ApiBody
{
    /// <summary>The largest, in bytes.</summary>
    public const int Largest = 64 << 10;

    private const int Deepest = 8;

    /// <summary>Reads a body whole.</summary>
    /// <param name="request">The request.</param>
    /// <param name="allowed">The fields that it may have; another one is a mistake, and told as one.</param>
    /// <param name="read">Takes what is wanted.</param>
    /// <exception cref="ApiProblemException">It is too large, or something else.</exception>
    public static async Task<T> ReadAsync<T>(ApiRequest request, ImmutableArray<string> allowed, Func<JsonFields, T> read)
    {
        var context = request.Context;
        if (!context.Request.HasJsonContentType())
        {
            throw new ApiProblemException(new ApiProblem(StatusCodes.Status415UnsupportedMediaType, "The body is not said to be JSON.", "Send it with Content-Type: application/json"));
        }

        var bytes = await ReadBytesAsync(context);
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = Deepest });
            var fields = new JsonFields(document.RootElement);
            if (document.RootElement.EnumerateObject().FirstOrDefault(field => !allowed.Contains(field.Name, StringComparer.Ordinal)) is { Value.ValueKind: not JsonValueKind.Undefined } other)
            {
                throw ApiRequest.Wrong($"The body has '{(other.Name.Length <= 50 ? other.Name : other.Name[..50])}', which means nothing here.", $"It may have: {string.Join(", ", allowed)}.");
            }

            return read(fields);
        }
        catch (JsonException problem)
        {
            throw ApiRequest.Wrong("The body is not the JSON object that is asked for.", problem.Message);
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate pair: JSON can say it, and nothing can be done with it.
            throw ApiRequest.Wrong("The body is not the JSON object that is asked for.", "Send texts of Unicode.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context)
    {
        var buffer = new byte[Largest + 1];
        var count = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted);
        return count <= Largest ? buffer.AsMemory(0, count) : throw new ApiProblemException(
            new ApiProblem(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {Largest >> 10} KiB.", "Send less."));
    }
}
