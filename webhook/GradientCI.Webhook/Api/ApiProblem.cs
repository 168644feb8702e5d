using System.Globalization;
using System.Text.Json;
using GradientCI.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace GradientCI.Webhook.Api;

/// <summary>Why a request is not answered as wished: RFC 9457, <c>application/problem+json</c>.</summary>
/// <param name="Status">HTTP's status code.</param>
/// <param name="Detail">One sentence.</param>
/// <param name="Remedy">What to do about it, as a sentence.</param>
public sealed record ApiProblem(int Status, string Detail, string Remedy)
{
    /// <summary>The media type of problems.</summary>
    public const string MediaType = "application/problem+json";

    // Room for a sentence; what a caller sent must not be thrown back at any length.
    private const int LongestSentence = 500;

    /// <summary>After how long it is worth asking again; null when nobody knows.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>There is no such thing, or not for this caller.</summary>
    /// <param name="what">The thing, as in "run".</param>
    public static ApiProblem NotFound(string what) => new(StatusCodes.Status404NotFound, $"There is no such {what}.", "Look for it in the lists, with a token that may see its project.");

    /// <summary>The request makes no sense.</summary>
    public static ApiProblem BadRequest(string detail, string remedy) => new(StatusCodes.Status400BadRequest, detail, remedy);

    /// <summary>Answers with it.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = MediaType;
        response.Headers[HeaderNames.CacheControl] = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (Status == StatusCodes.Status401Unauthorized)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (RetryAfter is { } pause)
        {
            response.Headers.RetryAfter = pause.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
        }

        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.WriteAsync(ToJson(), context.RequestAborted);
    }

    private string ToJson() => JsonWriting.Text(json =>
    {
        json.WriteStartObject();
        json.WriteString("type", "about:blank");
        json.WriteString("title", ReasonPhrases.GetReasonPhrase(Status));
        json.WriteNumber("status", Status);
        json.WriteString("detail", Short(Detail));
        json.WriteString("remedy", Short(Remedy));
        json.WriteEndObject();
    });

    private static string Short(string text) => text.Length <= LongestSentence ? text : $"{text[..LongestSentence]}…";
}
