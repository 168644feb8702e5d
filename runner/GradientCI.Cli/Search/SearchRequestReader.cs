using System.Collections.Immutable;
using System.Text.Json;

namespace GradientCI.Cli.Search;

/// <summary>Reads the lines that are sent to a search.</summary>
internal static class SearchRequestReader
{
    /// <summary>The most metrics of one line.</summary>
    public const int MostMetrics = 1_000;

    private static readonly string[] Verbs = ["ask", "tell", "open", "about"];
    private static readonly string[] OfTell = ["tell", "step", "value", "values", "state", "metrics"];
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 3, AllowDuplicateProperties = false };

    /// <summary>Reads one line.</summary>
    /// <exception cref="SearchRefusedException">It is no JSON, or asks for nothing that there is.</exception>
    public static SearchRequest Read(ReadOnlyMemory<byte> line)
    {
        using var document = Parse(line);
        var fields = document.RootElement;
        if (fields.ValueKind != JsonValueKind.Object)
        {
            throw new SearchRefusedException("bad-json", "The line is not a JSON object.", "Send one object per line, such as {\"ask\": 1}.");
        }

        var verbs = Verbs.Where(verb => fields.TryGetProperty(verb, out _)).ToList();
        if (verbs is not [var verb])
        {
            throw Bad("A line asks for exactly one thing.", "Send one of: ask, tell, open, about.");
        }

        CheckNames(fields, verb == "tell" ? OfTell : [verb]);
        return verb switch
        {
            "ask" => new AskRequest(Count(fields.GetProperty(verb))),
            "tell" => Tell(fields),
            "open" => Asked(fields.GetProperty(verb), verb, new OpenRequest()),
            _ => Asked(fields.GetProperty(verb), verb, new AboutRequest()),
        };
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonDocument.Parse(line, Strict);
        }
        catch (JsonException problem)
        {
            // Python writes NaN as a bare word, which is no JSON.
            return BareNumbers.Quote(line.Span) is { } quoted ? Parse(quoted) : throw new SearchRefusedException(
                "bad-json", $"The line is no JSON that is read here, from byte {problem.BytePositionInLine ?? 0} on.", "Send one flat object per line, each name once, such as {\"ask\": 1}.");
        }
    }

    private static void CheckNames(JsonElement fields, string[] known)
    {
        foreach (var field in fields.EnumerateObject())
        {
            if (!known.Contains(field.Name, StringComparer.Ordinal))
            {
                throw Bad($"There is no \"{Short(field.Name)}\" beside \"{known[0]}\".", known.Length == 1 ? "Leave it out." : $"Beside it are known: {string.Join(", ", known[1..])}.");
            }
        }
    }

    private static int Count(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count is >= 1 and <= SearchSession.MostAtOnce
            ? count
            : throw Bad($"\"ask\" is a whole number from 1 to {SearchSession.MostAtOnce}.", "Ask for more in several lines.");

    private static SearchRequest Asked(JsonElement value, string verb, SearchRequest request) =>
        value.ValueKind == JsonValueKind.True ? request : throw Bad($"\"{verb}\" is true.", $"Send {{\"{verb}\": true}}.");

    private static TellRequest Tell(JsonElement fields)
    {
        if (fields.GetProperty("tell") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt64(out var id))
        {
            throw Bad("\"tell\" is the number of a proposal.", "Send the id that the proposal came with.");
        }

        if (fields.TryGetProperty("value", out var value) & fields.TryGetProperty("values", out var values))
        {
            throw Bad("Either \"value\" or \"values\" is told, not both.", "Send \"values\" with one number per objective.");
        }

        var told = new TellRequest(id)
        {
            Step = fields.TryGetProperty("step", out var step) ? Step(step) : null,
            Values = value.ValueKind != JsonValueKind.Undefined ? [Number(value, "value")] : values.ValueKind != JsonValueKind.Undefined ? Numbers(values) : [],
            End = fields.TryGetProperty("state", out var state) ? End(state) : null,
            Metrics = fields.TryGetProperty("metrics", out var metrics) ? Metrics(metrics) : ImmutableDictionary<string, double>.Empty,
        };
        return told switch
        {
            { Step: not null, Values.IsEmpty: true } => throw Bad("A step comes with its value.", "Send \"value\" beside \"step\"."),
            { Step: not null, End: not null } => throw Bad("A step is not the end.", "Tell the end in a line of its own, without \"step\"."),
            { End: ProposalEnd.Failed or ProposalEnd.Pruned, Values.IsEmpty: false } => throw Bad("A proposal that failed or was pruned has no final value.", "Leave \"value\" out, or \"state\"."),
            { Step: null, End: null, Values.IsEmpty: true, Metrics.Count: 0 } => throw Bad("Nothing is told.", "Send \"value\", \"values\", \"metrics\" or \"state\" beside \"tell\"."),
            _ => told,
        };
    }

    private static double Step(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var step) && double.IsFinite(step) && step >= 0
        ? step
        : throw Bad("\"step\" is a number from 0 on.", "Count steps or epochs upwards.");

    private static ProposalEnd End(JsonElement value) => value.ValueKind != JsonValueKind.String ? throw BadState() : value.GetString() switch
    {
        "succeeded" => ProposalEnd.Succeeded,
        "failed" => ProposalEnd.Failed,
        "pruned" => ProposalEnd.Pruned,
        _ => throw BadState(),
    };

    private static ImmutableArray<double> Numbers(JsonElement list) => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= MostMetrics
        ? [.. list.EnumerateArray().Select(item => Number(item, "values"))]
        : throw Bad("\"values\" is a list of numbers.", "Send one number per objective.");

    private static ImmutableDictionary<string, double> Metrics(JsonElement map) => map.ValueKind == JsonValueKind.Object && map.GetPropertyCount() <= MostMetrics
        ? map.EnumerateObject().ToImmutableDictionary(field => field.Name, field => Number(field.Value, "metrics"), StringComparer.Ordinal)
        : throw Bad($"\"metrics\" is an object of at most {MostMetrics} numbers.", "Send only what the manifest's objectives and constraints name.");

    // JavaScript writes null for NaN, and Python its bare word, which is a text by now.
    private static double Number(JsonElement value, string name) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetDouble(out var number) => number,
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String when BareNumbers.Find(value.GetString()!) is { } number => number,
        _ => throw Bad($"\"{name}\" holds something that is no number.", "Send numbers; NaN, Infinity and null are taken, too."),
    };

    private static SearchRefusedException BadState() => Bad("\"state\" is succeeded, failed or pruned.", "Leave it out beside a final value.");

    private static SearchRefusedException Bad(string message, string remedy) => new("bad-request", message, remedy);

    private static string Short(string name) => name.Length <= 40 ? name : $"{name[..40]}…";
}
