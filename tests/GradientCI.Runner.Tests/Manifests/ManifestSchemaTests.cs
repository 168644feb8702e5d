using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Manifests.Keys;

namespace GradientCI.Runner.Tests.Manifests;

public sealed class ManifestSchemaTests
{
    // The validator reads lines of [name, document] and answers with the names of those it refuses.
    private const string Script = """
        const Ajv = require('ajv/dist/2020');
        const [schema, ...documents] = require('fs').readFileSync(0, 'utf8').trim().split('\n').map(line => JSON.parse(line));
        const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false });
        const validate = ajv.compile(schema);
        for (const [name, document] of documents) if (!validate(document)) console.log(name + ' ' + JSON.stringify(validate.errors[0]));
        """;

    [AjvFact]
    public void What_the_parser_reads_is_valid_under_the_schema()
    {
        var documents = Enumerable.Range(1, 500).Select(seed => (Name: $"seed {seed}", Document: (JsonNode)Manifest(new RandomManifest(new Random(seed)).Draw().Document)));

        Refused(documents).ShouldBeEmpty();
    }

    [AjvFact]
    public void What_is_wrong_with_one_value_is_wrong_for_both()
    {
        var wrong = Keys().SelectMany(path => new[] { "~~~", "12345678901234567890123456789012345678901234567890", "[[]]", "{\"~\":{}}" }
            .Select(value => (Name: $"{string.Join('.', path)} = {value}", Document: With(path, value.StartsWith('[') || value.StartsWith('{') ? JsonNode.Parse(value)! : JsonValue.Create(value)))))
            .Where(pair => Yaml.Parse(pair.Document.ToJsonString()).HasErrors)
            .Where(pair => !Yaml.Parse(pair.Document.ToJsonString()).Diagnostics.Any(one => one.Code is "GCI0036" or "GCI0037" or "GCI0017"))
            .ToList();

        wrong.Count.ShouldBeGreaterThan(150);
        Refused(wrong).Length.ShouldBe(wrong.Count);
    }

    [Fact]
    public void A_key_that_the_schema_has_is_known_to_the_parser_and_no_other()
    {
        var keys = Keys().ToList();

        keys.Count.ShouldBeGreaterThan(80);
        foreach (var path in keys)
        {
            var (key, parent) = (path[^1], path[..^1]);
            Yaml.Parse(With(path, JsonValue.Create("x")).ToJsonString()).Diagnostics
                .ShouldNotContain(one => one.Code == "GCI0007" && one.Message.StartsWith($"`{key}`", StringComparison.Ordinal), string.Join('.', path));
            if (parent[^1] is not "metrics")
            {
                Yaml.Parse(With([.. parent, "no-such-key"], JsonValue.Create("x")).ToJsonString()).Diagnostics
                    .ShouldContain(one => one.Code == "GCI0007" && one.Message.StartsWith("`no-such-key`", StringComparison.Ordinal), string.Join('.', path));
            }
        }
    }

    [Fact]
    public void Every_documented_key_is_in_the_schema_and_every_key_of_the_schema_is_documented()
    {
        var documented = ExperimentKeys.Settings.KeysUnder("").Select(key => key.Path.Replace("[]", "", StringComparison.Ordinal));

        Keys().Select(path => string.Join('.', path[2..])).Distinct(StringComparer.Ordinal).ShouldBe(
            documented.Where(path => !path.EndsWith('>')).Select(path => path.Replace("<parameter>", "p", StringComparison.Ordinal).Replace("<metric>", "p", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal), ignoreOrder: true);
    }

    [Fact]
    public void The_schema_says_which_dialect_it_is_in()
    {
        var schema = JsonNode.Parse(ManifestSchema.ToJson())!.AsObject();

        schema.First().Value!.GetValue<string>().ShouldBe("https://json-schema.org/draft/2020-12/schema");
        schema["properties"]!["version"]!["const"]!.GetValue<int>().ShouldBe(1);
    }

    private static JsonObject Manifest(JsonObject experiment) => new() { ["version"] = 1, ["experiments"] = new JsonObject { ["digits"] = experiment } };

    /// <summary>Every key path of an experiment that the schema knows, with <c>p</c> where names are free.</summary>
    private static IEnumerable<string[]> Keys() =>
        PathsIn(JsonNode.Parse(ManifestSchema.ToJson())!["$defs"]!["experiment"]!, ["experiments", "digits"]).DistinctBy(path => string.Join('.', path), StringComparer.Ordinal);

    private static IEnumerable<string[]> PathsIn(JsonNode schema, string[] at)
    {
        if (schema is not JsonObject shape)
        {
            return [];
        }

        var properties = shape["properties"]?.AsObject().SelectMany(pair => PathsIn(pair.Value!, [.. at, pair.Key]).Prepend([.. at, pair.Key])) ?? [];
        var free = shape["additionalProperties"] is JsonObject item ? PathsIn(item, [.. at, "p"]) : [];
        var forms = shape["anyOf"]?.AsArray().SelectMany(form => PathsIn(form!, at)) ?? [];
        var items = shape["items"] is { } one ? PathsIn(one, at) : [];
        return properties.Concat(free).Concat(forms).Concat(items);
    }

    /// <summary>A manifest with one value; maps on the way get what else they need, lists become one item.</summary>
    private static JsonObject With(string[] path, JsonNode value)
    {
        JsonNode node = value.DeepClone();
        for (var depth = path.Length - 1; depth >= 2; depth--)
        {
            var parent = new JsonObject { [path[depth]] = node };
            node = depth >= 3 && path[depth - 1] is "charts" || (path[depth - 1] == "on" && depth > 3) ? new JsonArray(parent) : parent;
        }

        var experiment = node.AsObject();
        experiment.TryAdd("command", JsonValue.Create("true"));
        return Manifest(experiment);
    }

    private static string[] Refused(IEnumerable<(string Name, JsonNode Document)> documents)
    {
        var lines = documents.Select(pair => new JsonArray(pair.Name, pair.Document.DeepClone()).ToJsonString()).Prepend(JsonNode.Parse(ManifestSchema.ToJson())!.ToJsonString());

        var (code, output) = AjvFactAttribute.Run("node", string.Join('\n', lines), "-e", Script);

        code.ShouldBe(0, output);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] Refused(IEnumerable<(string Name, JsonObject Document)> documents) => Refused(documents.Select(pair => (pair.Name, (JsonNode)pair.Document)));
}
