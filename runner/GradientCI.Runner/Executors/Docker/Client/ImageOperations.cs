using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>Images.</summary>
internal sealed class ImageOperations(EngineConnection connection)
{
    private const int LineLimit = 64 << 10;
    private const int CpuPeriod = 100_000;

    public Task<ImageInspectResponse> InspectImageAsync(string name, CancellationToken cancellationToken) =>
        connection.GetAsync($"images/{Uri.EscapeDataString(name)}/json", DockerJson.Default.ImageInspectResponse, cancellationToken);

    /// <summary>All of a filter, such as <c>label</c> or <c>reference</c>.</summary>
    public Task<ImageListResponse[]> ListImagesAsync(string filter, string value, CancellationToken cancellationToken)
    {
        var filters = JsonSerializer.Serialize(new Dictionary<string, string[]>(StringComparer.Ordinal) { [filter] = [value] }, DockerJson.Default.DictionaryStringStringArray);
        return connection.GetAsync($"images/json?filters={Uri.EscapeDataString(filters)}", DockerJson.Default.ImageListResponseArray, cancellationToken);
    }

    /// <summary>Pulls an image: <c>name</c>, <c>name:tag</c> or <c>name@sha256:…</c>; without a tag, <c>latest</c>.</summary>
    /// <param name="name">Which.</param>
    /// <param name="authConfig">As whom, or null for nobody.</param>
    /// <param name="progress">Told of each step of each layer.</param>
    /// <param name="cancellationToken">Stops pulling.</param>
    public async Task CreateImageAsync(string name, AuthConfig? authConfig, IProgress<JSONMessage> progress, CancellationToken cancellationToken)
    {
        // Without a tag the Engine would pull all of them.
        var isTagged = name.Contains('@') || name.LastIndexOf(':') > name.LastIndexOf('/');
        var path = $"images/create?fromImage={Uri.EscapeDataString(isTagged ? name : $"{name}:latest")}";
        using var content = new ByteArrayContent([]);
        if (authConfig is not null)
        {
            content.Headers.Add("X-Registry-Auth", Encoded(authConfig, DockerJson.Default.AuthConfig));
        }

        await FollowAsync(path, content, progress, cancellationToken);
    }

    /// <summary>Builds an image.</summary>
    /// <param name="parameters">How.</param>
    /// <param name="writeAsync">Writes the files, as a tar archive.</param>
    /// <param name="progress">Told what the build prints.</param>
    /// <param name="cancellationToken">Stops building: the Engine ends a build that nobody listens to.</param>
    public async Task BuildImageFromDockerfileAsync(
        ImageBuildParameters parameters, Func<Stream, CancellationToken, Task> writeAsync, IProgress<JSONMessage> progress, CancellationToken cancellationToken)
    {
        using var content = new WrittenContent(writeAsync);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        if (parameters.AuthConfigs.Count > 0)
        {
            content.Headers.Add("X-Registry-Config", Encoded(parameters.AuthConfigs, DockerJson.Default.DictionaryStringAuthConfig));
        }

        await FollowAsync($"build?{QueryOf(parameters)}", content, progress, cancellationToken);
    }

    /// <summary>Makes an image of what a container has written; it must not run.</summary>
    public Task<CommitContainerChangesResponse> CommitContainerChangesAsync(CommitContainerChangesParameters parameters, CancellationToken cancellationToken)
    {
        var path = $"commit?container={Uri.EscapeDataString(parameters.ContainerId)}&repo={Uri.EscapeDataString(parameters.RepositoryName)}&tag={Uri.EscapeDataString(parameters.Tag)}";
        return connection.PostAsync(path, parameters.Config, DockerJson.Default.CommittedConfig, DockerJson.Default.CommitContainerChangesResponse, cancellationToken);
    }

    /// <summary>Gives it one more name.</summary>
    public Task TagImageAsync(string name, string repository, string tag, CancellationToken cancellationToken) =>
        connection.DoAsync(HttpMethod.Post, $"images/{Uri.EscapeDataString(name)}/tag?repo={Uri.EscapeDataString(repository)}&tag={Uri.EscapeDataString(tag)}", cancellationToken);

    /// <summary>Takes a name off it; with its last one it is gone. Refused with status 409 when a container has it.</summary>
    public Task DeleteImageAsync(string name, CancellationToken cancellationToken) =>
        connection.DoAsync(HttpMethod.Delete, $"images/{Uri.EscapeDataString(name)}", cancellationToken);

    private static string QueryOf(ImageBuildParameters parameters)
    {
        // Version 1 is the builder that every Engine has; what a failed build leaves are layers, never containers.
        var query = new List<(string Name, string? Value)>
        {
            ("version", "1"),
            ("t", parameters.Tag),
            ("dockerfile", parameters.Dockerfile),
            ("buildargs", JsonSerializer.Serialize(parameters.BuildArgs, DockerJson.Default.DictionaryStringString)),
            ("labels", JsonSerializer.Serialize(parameters.Labels, DockerJson.Default.DictionaryStringString)),
            ("target", parameters.Target),
            ("networkmode", parameters.NetworkMode),
            ("memory", Text(parameters.Memory)),
            ("memswap", Text(parameters.Memory)),
            ("cpuperiod", parameters.CpuQuota is null ? null : Text(CpuPeriod)),
            ("cpuquota", parameters.CpuQuota is { } quota ? Text(quota) : null),
            ("shmsize", Text(parameters.ShmSize)),
            ("extrahosts", parameters.ExtraHost),
            ("rm", "1"),
            ("forcerm", "1"),
        };
        return string.Join('&', query.Where(pair => pair.Value is not null).Select(pair => $"{pair.Name}={Uri.EscapeDataString(pair.Value!)}"));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Encoded<T>(T value, JsonTypeInfo<T> type) =>
        Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(value, type)).Replace('+', '-').Replace('/', '_');

    private async Task FollowAsync(string path, HttpContent content, IProgress<JSONMessage> progress, CancellationToken cancellationToken)
    {
        using var answer = await connection.OpenAsync(HttpMethod.Post, path, content, cancellationToken);
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
