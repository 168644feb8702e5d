using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GradientCI.Testing.GitHub;

/// <summary>The stand-in's door over HTTP, on a free port of 127.0.0.1.</summary>
public sealed class FakeGitHubServer : IAsyncDisposable
{
    private readonly WebApplication _web;

    private FakeGitHubServer(WebApplication web)
    {
        _web = web;
    }

    /// <summary>The API's address: <c>http://127.0.0.1:PORT</c>; <c>/api/v3</c> below it answers as well.</summary>
    public string Url => _web.Urls.Single();

    public static async Task<FakeGitHubServer> StartAsync(FakeGitHub github)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        web.Run(context => ServeAsync(github, context));
        await web.StartAsync();
        return new FakeGitHubServer(web);
    }

    public async ValueTask DisposeAsync() => await _web.DisposeAsync();

    private static async Task ServeAsync(FakeGitHub github, HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, context.RequestAborted);
        var address = new Uri($"{request.Scheme}://{request.Host}{request.Path.ToUriComponent()}{request.QueryString}");
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var reply = github.Answer(new FakeRequest(request.Method, address, headers, body.ToArray()));
        if (reply.Hangs)
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        if (reply.Breaks)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        if (reply.Status != 304)
        {
            context.Response.ContentType = reply.Text is null ? "application/json; charset=utf-8" : "text/html";
            await context.Response.WriteAsync(reply.Content, context.RequestAborted);
        }
    }
}
