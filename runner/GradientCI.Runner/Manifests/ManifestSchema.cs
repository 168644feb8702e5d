using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GradientCI.Runner.Manifests.Keys;

namespace GradientCI.Runner.Manifests;

/// <summary>The format for editors.</summary>
public static class ManifestSchema
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    /// <summary>The JSON Schema (draft 2020-12) of version 1, made from the table of keys that the parser reads with.</summary>
    /// <remarks>Every manifest that the parser accepts is valid under it; rules across keys are the parser's alone.</remarks>
    public static string ToJson()
    {
        var schema = FileKeys.Top.ToSchema();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "GradientCI manifest (.gradient.yml), version 1");
        schema["$defs"] = new JsonObject { [FileKeys.Definition] = ExperimentKeys.Settings.ToSchema() };
        return schema.ToJsonString(Readable) + "\n";
    }
}
