using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GradientCI.Experiments;
using GradientCI.Json;

namespace GradientCI.Storage.Sqlite;

/// <summary>The columns that are only handed back, as JSON.</summary>
internal static class StoredJson
{
    private static readonly JsonObject EmptyCommit = Template(
        new Commit { Sha = new CommitSha(new string('0', 40)), Tree = "" }, StoredJsonContext.Default.Commit);

    private static readonly JsonObject EmptyProvenance = Template(new Provenance(), StoredJsonContext.Default.Provenance);

    public static string Write(Commit commit) => JsonSerializer.Serialize(commit, StoredJsonContext.Default.Commit);

    public static string Write(Provenance provenance) => JsonSerializer.Serialize(provenance, StoredJsonContext.Default.Provenance);

    public static string Write(ImmutableArray<FileChange> changes) => JsonSerializer.Serialize(changes, StoredJsonContext.Default.ImmutableArrayFileChange);

    public static string Write(ImmutableArray<string> texts) => JsonSerializer.Serialize(texts, StoredJsonContext.Default.ImmutableArrayString);

    public static string Write(ImmutableArray<int> numbers) => JsonSerializer.Serialize(numbers, StoredJsonContext.Default.ImmutableArrayInt32);

    public static Commit ReadCommit(string json) => JsonDefaults.Read(json, StoredJsonContext.Default.Commit, EmptyCommit);

    public static Provenance ReadProvenance(string json) => JsonDefaults.Read(json, StoredJsonContext.Default.Provenance, EmptyProvenance);

    public static ImmutableArray<FileChange> ReadChanges(string json) => JsonSerializer.Deserialize(json, StoredJsonContext.Default.ImmutableArrayFileChange);

    public static ImmutableArray<string> ReadTexts(string json) => JsonSerializer.Deserialize(json, StoredJsonContext.Default.ImmutableArrayString);

    public static ImmutableArray<int> ReadNumbers(string json) =>
        json == "[]" ? [] : JsonSerializer.Deserialize(json, StoredJsonContext.Default.ImmutableArrayInt32);

    private static JsonObject Template<T>(T empty, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(empty, type)!.AsObject();
}

internal sealed class CommitShaConverter : JsonConverter<CommitSha>
{
    public override CommitSha Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, CommitSha value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, IgnoreReadOnlyProperties = true, Converters = [typeof(CommitShaConverter)])]
[JsonSerializable(typeof(Commit))]
[JsonSerializable(typeof(Provenance))]
[JsonSerializable(typeof(ImmutableArray<FileChange>))]
[JsonSerializable(typeof(ImmutableArray<int>))]
internal sealed partial class StoredJsonContext : JsonSerializerContext;
