using System.Net;
using System.Text.Json;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>Images.</summary>
internal sealed class ImageOperations(EngineConnection connection)
{
    private const int LineLimit = 64 << 10;

    public Task<ImageInspectResponse> InspectImageAsync(string name, CancellationToken cancellationToken) =>
        connection.GetAsync($"images/{Uri.EscapeDataString(name)}/json", DockerJson.Default.ImageInspectResponse, cancellationToken);

    /// <summary>Pulls an image: <c>name</c>, <c>name:tag</c> or <c>name@sha256:…</c>; without a tag, <c>latest</c>.</summary>
    /// <param name="name">Which.</param>
    /// <param name="progress">Told of each step of each layer.</param>
    /// <param name="cancellationToken">Stops pulling.</param>
    public async Task CreateImageAsync(string name, IProgress<JSONMessage> progress, CancellationToken cancellationToken)
    {
        // Without a tag the Engine would pull all of them.
        var isTagged = name.Contains('@') || name.LastIndexOf(':') > name.LastIndexOf('/');
        var path = $"images/create?fromImage={Uri.EscapeDataString(isTagged ? name : $"{name}:latest")}";
        using var answer = await connection.OpenAsync(HttpMethod.Post, path, cancellationToken);
        try
        {
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                // Once it streams it cannot change its status any more: failures come as lines.
                var message = line.Length > LineLimit ? null : JsonSerializer.Deserialize(line, DockerJson.Default.JSONMessage);
                if (message?.Error is { Length: > 0 } error)
                {
                    throw DockerApiException.Refused(HttpStatusCode.InternalServerError, error);
                }

                if (message is not null)
                {
                    progress.Report(message);
                }
            }
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or JsonException)
        {
            throw connection.BrokenOff(problem);
        }
    }
}
