using System.Net;
using System.Net.Sockets;

namespace GradientCI.Webhook.Tests.Notices;

/// <summary>A mail server on the loopback address that takes one mail and keeps what was said.</summary>
internal sealed class FakeMailServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public FakeMailServer(string answerToMail = "250 OK")
    {
        _listener.Start();
        Heard = ListenAsync(answerToMail);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>All lines of the client, when it has left.</summary>
    public Task<List<string>> Heard { get; }

    public void Dispose() => _listener.Dispose();

    private async Task<List<string>> ListenAsync(string answerToMail)
    {
        using var client = await _listener.AcceptTcpClientAsync();
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { NewLine = "\r\n", AutoFlush = true };
        var lines = new List<string>();
        var isInMail = false;
        await writer.WriteLineAsync("220 mail.test");
        while (await reader.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (isInMail && line != ".")
            {
                continue;
            }

            isInMail = line == "DATA";
            await writer.WriteLineAsync(line == "DATA" ? "354 Go on" : line.StartsWith("MAIL", StringComparison.Ordinal) ? answerToMail : line == "QUIT" ? "221 Bye" : "250 OK");
            if (line == "QUIT")
            {
                break;
            }
        }

        return lines;
    }
}
