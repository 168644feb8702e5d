using System.Collections.Concurrent;

namespace GradientCI.Webhook.Tests.GitHub;

/// <summary>Holds every call and every answer that passes to GitHub's own description.</summary>
internal sealed class DescribedHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private static readonly (string Name, string Value)[] Headers =
        [("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28"), ("User-Agent", "GradientCI/0.1.0")];

    /// <summary>What was wrong so far.</summary>
    public ConcurrentQueue<string> Faults { get; } = [];

    /// <summary>The operations that were answered well.</summary>
    public ConcurrentDictionary<string, bool> Seen { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        path = path.StartsWith("/api/v3/", StringComparison.Ordinal) ? path["/api/v3".Length..] : path;
        if (GitHubDescription.Instance.Find(request.Method.Method, path) is not { } operation)
        {
            Faults.Enqueue($"{request.Method} {path} is no operation");
            return await base.SendAsync(request, cancellationToken);
        }

        var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var query = request.RequestUri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(each => each.Split('=')).ToDictionary(each => each[0], each => each[1]);
        Note(GitHubDescription.Instance.FindFaults(operation, query, body));
        Note(Headers.Where(header => !request.Headers.TryGetValues(header.Name, out var values) || string.Join(' ', values) != header.Value).Select(header => $"{operation.Id}: {header.Name} is not {header.Value}"));

        var response = await base.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (answer is not [(byte)'<', ..])
        {
            Note(GitHubDescription.Instance.FindFaults(operation, (int)response.StatusCode, answer));
        }

        if (response.IsSuccessStatusCode)
        {
            Seen[operation.Id] = true;
        }

        return response;
    }

    private void Note(IEnumerable<string> faults)
    {
        foreach (var fault in faults)
        {
            Faults.Enqueue(fault);
        }
    }
}
