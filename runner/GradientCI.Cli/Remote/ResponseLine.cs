using System.Text.Json;
using GradientCI.Json;

namespace GradientCI.Cli.Remote;

/// <summary>A piece of what a command at a service says: a line of JSON. One without any field is a sign of life.</summary>
internal sealed record ResponseLine
{
    /// <summary>The media type of such lines.</summary>
    public const string MediaType = "application/x-ndjson";

    /// <summary>The longest silence of a service.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(15);

    /// <summary>The most characters or bytes of output in one line.</summary>
    public const int LargestPiece = 16 << 10;

    /// <summary>Results.</summary>
    public string? Out { get; init; }

    /// <summary>Progress and errors.</summary>
    public string? Error { get; init; }

    /// <summary>Results as they are; a part of <see cref="File"/> when that is named.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; init; }

    /// <summary>The name of a file that the command made.</summary>
    public string? File { get; init; }

    /// <summary>The exit code; nothing follows.</summary>
    public int? Exit { get; init; }

    /// <exception cref="JsonException">It is something else.</exception>
    public static ResponseLine Read(ReadOnlyMemory<byte> line)
    {
        using var document = JsonDocument.Parse(line);
        var json = new JsonFields(document.RootElement);
        return new ResponseLine
        {
            Out = json.TextOrNull("out"),
            Error = json.TextOrNull("err"),
            Bytes = json.Find("bytes") is { } bytes ? bytes.GetBytesFromBase64() : default(ReadOnlyMemory<byte>?),
            File = json.TextOrNull("file"),
            Exit = json.Int("exit"),
        };
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        WriteText(json, "out", Out);
        WriteText(json, "err", Error);
        WriteText(json, "file", File);
        if (Bytes is { } bytes)
        {
            json.WriteBase64String("bytes", bytes.Span);
        }

        if (Exit is { } code)
        {
            json.WriteNumber("exit", code);
        }

        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
