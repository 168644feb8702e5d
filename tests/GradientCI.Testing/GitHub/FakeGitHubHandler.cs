using System.Net;

namespace GradientCI.Testing.GitHub;

/// <summary>The stand-in's door within the process.</summary>
internal sealed class FakeGitHubHandler(FakeGitHub github) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var headers = request.Headers.ToDictionary(header => header.Key, header => string.Join(' ', header.Value), StringComparer.OrdinalIgnoreCase);
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var reply = github.Answer(new FakeRequest(request.Method.Method, request.RequestUri!, headers, body));
        if (reply.Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        if (reply.Breaks)
        {
            throw new HttpRequestException("Connection reset by peer");
        }

        var response = new HttpResponseMessage((HttpStatusCode)reply.Status) { Content = new StringContent(reply.Content), RequestMessage = request };
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }
}
