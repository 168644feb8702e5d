using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>The description of the API as OpenAPI has it; a test holds it to the code.</summary>
internal static class DescriptionEndpoint
{
    private const string Resource = "openapi.json";

    public static ApiEndpoint One { get; } = new("GET", ApiRoutes.Version + "/openapi.json", null, WriteAsync);

    private static async Task WriteAsync(ApiRequest request)
    {
        await using var text = typeof(DescriptionEndpoint).Assembly.GetManifestResourceStream(Resource)!;
        request.Context.Harden();
        request.Context.Response.ContentType = "application/json; charset=utf-8";
        request.Context.Response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(request.Context.Request.Method))
        {
            await text.CopyToAsync(request.Context.Response.Body, request.Aborted);
        }
    }
}
