using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>Containers, by name or id.</summary>
internal sealed class ContainerOperations(EngineConnection connection)
{
    /// <summary>Makes a container that does not run yet. A name in use is refused with status 409, an unknown image with 404.</summary>
    public Task<CreateContainerResponse> CreateContainerAsync(string name, CreateContainerParameters parameters, CancellationToken cancellationToken) =>
        connection.PostAsync(
            $"containers/create?name={Uri.EscapeDataString(name)}", parameters,
            DockerJson.Default.CreateContainerParameters, DockerJson.Default.CreateContainerResponse, cancellationToken);

    /// <summary>Starts it; nothing happens when it runs already.</summary>
    public Task StartContainerAsync(string id, CancellationToken cancellationToken) =>
        connection.DoAsync(HttpMethod.Post, $"containers/{Uri.EscapeDataString(id)}/start", cancellationToken);

    /// <summary>Waits until it does not run, for as long as it takes.</summary>
    public async Task<ContainerWaitResponse> WaitContainerAsync(string id, CancellationToken cancellationToken)
    {
        using var answer = await connection.OpenAsync(HttpMethod.Post, $"containers/{Uri.EscapeDataString(id)}/wait", cancellationToken);
        try
        {
            var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
            return JsonSerializer.Deserialize(body, DockerJson.Default.ContainerWaitResponse) ?? throw new JsonException("null");
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or JsonException)
        {
            throw connection.BrokenOff(problem);
        }
    }

    public Task<ContainerInspectResponse> InspectContainerAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync($"containers/{Uri.EscapeDataString(id)}/json", DockerJson.Default.ContainerInspectResponse, cancellationToken);

    /// <summary>The same with the size of what it wrote, which the Engine has to count first.</summary>
    public Task<ContainerInspectResponse> InspectContainerWithSizeAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync($"containers/{Uri.EscapeDataString(id)}/json?size=1", DockerJson.Default.ContainerInspectResponse, cancellationToken);

    /// <summary>Unpacks files into it, running or not. The Engine keeps all of them within the container, whatever their names.</summary>
    /// <param name="id">Which.</param>
    /// <param name="path">The folder that they are unpacked in.</param>
    /// <param name="writeAsync">Writes them, as a tar archive.</param>
    /// <param name="cancellationToken">Gives up; what was unpacked stays.</param>
    public async Task ExtractArchiveToContainerAsync(string id, string path, Func<Stream, CancellationToken, Task> writeAsync, CancellationToken cancellationToken)
    {
        using var content = new WrittenContent(writeAsync);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-tar");
        using var answer = await connection.OpenAsync(HttpMethod.Put, $"containers/{Uri.EscapeDataString(id)}/archive?path={Uri.EscapeDataString(path)}", content, cancellationToken);
    }

    /// <summary>A file or folder of it as a tar archive, whose names begin with its own. Until it is disposed nothing else can be asked of the container.</summary>
    /// <remarks>What is in it a stranger may have written: names, sizes and kinds are to be checked before any of it is used.</remarks>
    public async Task<Stream> GetArchiveFromContainerAsync(string id, string path, CancellationToken cancellationToken)
    {
        var answer = await connection.OpenAsync(HttpMethod.Get, $"containers/{Uri.EscapeDataString(id)}/archive?path={Uri.EscapeDataString(path)}", cancellationToken);
        try
        {
            // The connection ends with the stream.
            return await answer.Content.ReadAsStreamAsync(cancellationToken);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>What it printed, with the time of each piece.</summary>
    public async Task<MultiplexedStream> GetContainerLogsAsync(string id, ContainerLogsParameters parameters, CancellationToken cancellationToken)
    {
        var query = $"follow={(parameters.Follow ? 1 : 0)}&tail={parameters.Tail}&stdout=1&stderr=1&timestamps=1";
        var answer = await connection.OpenAsync(HttpMethod.Get, $"containers/{Uri.EscapeDataString(id)}/logs?{query}", cancellationToken);
        try
        {
            return new MultiplexedStream(await answer.Content.ReadAsStreamAsync(cancellationToken), answer, connection.BrokenOff, isStamped: true);
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Changes its bounds, whether it runs or is about to.</summary>
    public Task<ContainerUpdateResponse> UpdateContainerAsync(string id, ContainerUpdateParameters parameters, CancellationToken cancellationToken) =>
        connection.PostAsync(
            $"containers/{Uri.EscapeDataString(id)}/update", parameters,
            DockerJson.Default.ContainerUpdateParameters, DockerJson.Default.ContainerUpdateResponse, cancellationToken);

    /// <summary>Sends a signal to its first process. One that does not run is refused with status 409.</summary>
    public Task KillContainerAsync(string id, string signal, CancellationToken cancellationToken) =>
        connection.DoAsync(HttpMethod.Post, $"containers/{Uri.EscapeDataString(id)}/kill?signal={signal}", cancellationToken);

    /// <summary>Removes it with its anonymous volumes. Without force one that runs is refused with status 409.</summary>
    public Task RemoveContainerAsync(string id, bool force, CancellationToken cancellationToken) =>
        connection.DoAsync(HttpMethod.Delete, $"containers/{Uri.EscapeDataString(id)}?v=1&force={(force ? 1 : 0)}", cancellationToken);

    /// <summary>All that have some labels, running or not.</summary>
    /// <param name="labels">Each <c>name=value</c>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ContainerListResponse[]> ListContainersAsync(string[] labels, CancellationToken cancellationToken) =>
        ListAsync("label", labels, cancellationToken);

    /// <summary>All that were made of an image, or of one that was built on it, running or not.</summary>
    public Task<ContainerListResponse[]> ListContainersOfAsync(string image, CancellationToken cancellationToken) => ListAsync("ancestor", [image], cancellationToken);

    /// <summary>What the Engine remembers of it: signals that were sent through it, and its death. A new Engine remembers nothing.</summary>
    /// <param name="id">Which.</param>
    /// <param name="until">What has not happened by then is not waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The words, in order, up to <c>die</c>.</returns>
    public async Task<IReadOnlyList<string>> GetContainerEventsAsync(string id, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var seconds = (until.ToUnixTimeMilliseconds() / 1000m).ToString(CultureInfo.InvariantCulture);
        var path = $"events?since=0&until={seconds}&filters={Filters(("container", [id]), ("event", ["die", "kill"]))}";
        using var answer = await connection.OpenAsync(HttpMethod.Get, path, cancellationToken);
        try
        {
            var actions = new List<string>();
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                actions.Add(JsonSerializer.Deserialize(line, DockerJson.Default.EventResponse)?.Action ?? "");
                if (actions[^1] == "die")
                {
                    break;
                }
            }

            return actions;
        }
        catch (Exception problem) when (problem is IOException or HttpRequestException or JsonException)
        {
            throw connection.BrokenOff(problem);
        }
    }

    /// <summary>What it uses at this moment.</summary>
    public Task<ContainerStatsResponse> GetContainerStatsAsync(string id, CancellationToken cancellationToken) =>
        connection.GetAsync($"containers/{Uri.EscapeDataString(id)}/stats?stream=false&one-shot=true", DockerJson.Default.ContainerStatsResponse, cancellationToken);

    private Task<ContainerListResponse[]> ListAsync(string filter, string[] values, CancellationToken cancellationToken) =>
        connection.GetAsync($"containers/json?all=1&filters={Filters((filter, values))}", DockerJson.Default.ContainerListResponseArray, cancellationToken);

    private static string Filters(params ReadOnlySpan<(string Name, string[] Values)> filters)
    {
        var map = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var (name, values) in filters)
        {
            map[name] = values;
        }

        return Uri.EscapeDataString(JsonSerializer.Serialize(map, DockerJson.Default.DictionaryStringStringArray));
    }
}
