using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace GradientCI.Webhook.Tests.Api.Events;

/// <summary>An event as it came.</summary>
internal sealed record ToldEvent(string Id, string Name, JsonNode Data);

/// <summary>Reads a stream of server-sent events as the standard has it, from one connection after another.</summary>
internal sealed class EventReader(HttpClient client, string path, string token) : IDisposable
{
    private HttpResponseMessage? _response;
    private StreamReader? _lines;

    /// <summary>What the next connection will go on from.</summary>
    public string LastId { get; set; } = "";

    public List<ToldEvent> Told { get; } = [];

    /// <summary>Connects, going on from the last id.</summary>
    public async Task<int> ConnectAsync()
    {
        Cut();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (LastId.Length > 0)
        {
            request.Headers.Add("Last-Event-ID", LastId);
        }

        _response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        _lines = new StreamReader(await _response.Content.ReadAsStreamAsync());
        return (int)_response.StatusCode;
    }

    /// <summary>The next event, or null when the connection has ended.</summary>
    public async Task<ToldEvent?> ReadAsync()
    {
        var (id, name, data) = ("", "", "");
        while (await _lines!.ReadLineAsync() is { } line)
        {
            if (line.Length == 0 && data.Length > 0)
            {
                var told = new ToldEvent(id, name, JsonNode.Parse(data)!);
                Told.Add(told);
                LastId = id;
                return told;
            }

            (id, name, data) = line.Split(": ", 2) switch
            {
                ["id", var value] => (value, name, data),
                ["event", var value] => (id, value, data),
                ["data", var value] => (id, name, value),
                _ => (id, name, data),
            };
        }

        return null;
    }

    public async Task<ToldEvent> ReadUntilAsync(Func<ToldEvent, bool> isWanted)
    {
        while (await ReadAsync() is { } told)
        {
            if (isWanted(told))
            {
                return told;
            }
        }

        throw new InvalidOperationException($"The stream ended after: {string.Join(", ", Told.Select(each => $"{each.Id} {each.Name}"))}");
    }

    /// <summary>Reads some lines as if the connection had ended before the event was whole.</summary>
    public async Task LoseAsync(int lines)
    {
        while (lines-- > 0 && await _lines!.ReadLineAsync() is { Length: > 0 })
        {
            // Half an event is none.
        }
    }

    /// <summary>Ends the connection in the midst of whatever comes.</summary>
    public void Cut()
    {
        _lines?.Dispose();
        _response?.Dispose();
        (_lines, _response) = (null, null);
    }

    public void Dispose() => Cut();
}
