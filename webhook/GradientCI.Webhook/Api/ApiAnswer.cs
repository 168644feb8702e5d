using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using GradientCI.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace GradientCI.Webhook.Api;

/// <summary>How the API answers.</summary>
internal static class ApiAnswer
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Answers with an object.</summary>
    public static Task WriteJsonAsync(this HttpContext context, Action<Utf8JsonWriter> writeFields, int status = StatusCodes.Status200OK) =>
        context.WriteTextAsync(
            JsonWriting.Text(
                json =>
                {
                    json.WriteStartObject();
                    writeFields(json);
                    json.WriteEndObject();
                },
                Options) + "\n",
            "application/json; charset=utf-8",
            status);

    /// <summary>Answers with a text.</summary>
    public static Task WriteTextAsync(this HttpContext context, string text, string mediaType, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = mediaType;
        context.Harden();
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Tells where a list goes on, in a header as RFC 8288 has it.</summary>
    public static void LinkNext(this HttpContext context, string? cursor)
    {
        if (cursor is not null)
        {
            var others = context.Request.Query.Where(pair => pair.Key != "cursor").Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value));
            var query = QueryString.Create(others).Add("cursor", cursor);
            context.Response.Headers.Link = $"<{context.Request.PathBase}{context.Request.Path}{query}>; rel=\"next\"";
        }
    }

    /// <summary>What is served is a stranger's: nothing of it may run in a browser, or be kept on the way.</summary>
    public static void Harden(this HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers[HeaderNames.CacheControl] = "no-store";
    }
}
