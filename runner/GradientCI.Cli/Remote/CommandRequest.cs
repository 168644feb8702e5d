using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Json;

namespace GradientCI.Cli.Remote;

/// <summary>A command that a service is asked to run.</summary>
/// <param name="Arguments">The command line, without the program.</param>
/// <param name="Place">Where whoever asks stands.</param>
/// <param name="Screen">What he sees.</param>
internal sealed record CommandRequest(ImmutableArray<string> Arguments, Whereabouts Place, Screen Screen)
{
    /// <summary>Where services take them.</summary>
    public const string Path = "/api/v1/commands";

    /// <summary>The largest request, in bytes.</summary>
    public const int Largest = 64 << 10;

    private const int MostArguments = 200;
    private const int MostRemotes = 50;

    /// <summary>Reads one.</summary>
    /// <exception cref="JsonException">It is something else, or too much.</exception>
    public static CommandRequest Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
        var fields = new JsonFields(document.RootElement);
        var request = new CommandRequest(
            fields.Texts("arguments"),
            fields.Object("repository", Whereabouts.Nowhere, each => new Whereabouts(each.Text("location", ""), each.Texts("remotes"))),
            fields.Object("screen", Screen.None, Screen.Read));
        return request.Arguments.Length is > 0 and <= MostArguments && request.Place.Remotes.Length <= MostRemotes
            && request.Arguments.All(each => !each.Contains('\0', StringComparison.Ordinal))
                ? request
                : throw new JsonException("Too many arguments or remotes, or none.");
    }

    public string ToJson() => JsonWriting.Text(json =>
    {
        json.WriteStartObject();
        json.WriteTexts("arguments", Arguments);
        json.WriteObject("repository", Place, (each, place) =>
        {
            each.WriteString("location", place.Location);
            each.WriteTexts("remotes", place.Remotes);
        });
        json.WriteObject("screen", Screen, Screen.Write);
        json.WriteEndObject();
    });
}
