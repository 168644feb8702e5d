using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;

namespace GradientCI.Storage.Sqlite;

/// <summary>The columns that are only handed back, as JSON.</summary>
internal static class StoredJson
{
    private static readonly string NoCommit = new('0', 40);

    public static string Write(Commit commit) => JsonWriting.Text(json => json.WriteObject(commit, Write));

    public static string Write(Provenance provenance) => JsonWriting.Text(json => json.WriteObject(provenance, Write));

    public static string Write(ImmutableArray<FileChange> changes) => JsonWriting.Text(json => json.WriteObjects(changes, Write));

    public static string Write(ImmutableArray<DatasetVersion> datasets) => JsonWriting.Text(json => json.WriteObjects(datasets, Write));

    public static string Write(WarmStart warm) => JsonWriting.Text(json => json.WriteObject(warm, Write));

    public static string Write(FrontSummary front) => JsonWriting.Text(json => json.WriteObject(front, Write));

    public static string Write(ImmutableArray<string> texts) => JsonWriting.Text(json => json.WriteTexts(texts));

    public static string Write(ImmutableArray<int> numbers) => JsonWriting.Text(json => json.WriteInts(numbers));

    public static string Write(ImmutableArray<double> values) => JsonWriting.Text(json =>
    {
        json.WriteStartArray();
        foreach (var value in values)
        {
            json.WriteRealValue(value);
        }

        json.WriteEndArray();
    });

    public static Commit ReadCommit(string json) => JsonFields.Read(json, ReadCommit);

    public static Provenance ReadProvenance(string json) => JsonFields.Read(json, ReadProvenance);

    public static FrontSummary ReadFront(string json) => JsonFields.Read(json, ReadFront);

    public static ImmutableArray<FileChange> ReadChanges(string json) => JsonFields.ReadList(json, item => ReadChange(new JsonFields(item)));

    public static WarmStart ReadWarmStart(string json) => JsonFields.Read(json, ReadWarmStart);

    public static ImmutableArray<string> ReadTexts(string json) => JsonFields.ReadList(json, JsonFields.Text);

    public static ImmutableArray<int> ReadNumbers(string json) => JsonFields.ReadList(json, JsonFields.Int);

    private static void Write(Utf8JsonWriter json, Commit commit)
    {
        json.WriteString("sha", commit.Sha.Value);
        json.WriteString("tree", commit.Tree);
        json.WriteTexts("parents", [.. commit.Parents.Select(parent => parent.Value)]);
        json.WriteString("authorName", commit.AuthorName);
        json.WriteString("authorEmail", commit.AuthorEmail);
        json.WriteString("time", commit.Time);
        json.WriteString("message", commit.Message);
        json.WriteString("ref", commit.Ref);
    }

    private static Commit ReadCommit(JsonFields json) => new()
    {
        Sha = new CommitSha(json.Text("sha", NoCommit)),
        Tree = json.Text("tree", ""),
        Parents = json.List("parents", item => new CommitSha(JsonFields.Text(item))),
        AuthorName = json.Text("authorName", ""),
        AuthorEmail = json.Text("authorEmail", ""),
        Time = json.Time("time") ?? default,
        Message = json.Text("message", ""),
        Ref = json.Text("ref", ""),
    };

    private static void Write(Utf8JsonWriter json, Provenance machine)
    {
        json.WriteString("host", machine.Host);
        json.WriteString("operatingSystem", machine.OperatingSystem);
        json.WriteString("cpu", machine.Cpu);
        json.WriteNumber("memoryBytes", machine.MemoryBytes);
        json.WriteTexts("gpus", machine.Gpus);
        json.WriteString("gpuDriver", machine.GpuDriver);
        json.WriteString("gitVersion", machine.GitVersion);
        json.WriteString("runtimeVersion", machine.RuntimeVersion);
        json.WriteString("productVersion", machine.ProductVersion);
        json.WriteString("imageDigest", machine.ImageDigest);
        json.WriteString("baseImageDigest", machine.BaseImageDigest);
        json.WriteObjects("datasets", machine.Datasets, Write);
    }

    private static Provenance ReadProvenance(JsonFields json) => new()
    {
        Host = json.Text("host", ""),
        OperatingSystem = json.Text("operatingSystem", ""),
        Cpu = json.Text("cpu", ""),
        MemoryBytes = json.Long("memoryBytes") ?? 0,
        Gpus = json.Texts("gpus"),
        GpuDriver = json.Text("gpuDriver", ""),
        GitVersion = json.Text("gitVersion", ""),
        RuntimeVersion = json.Text("runtimeVersion", ""),
        ProductVersion = json.Text("productVersion", ""),
        ImageDigest = json.Text("imageDigest", ""),
        BaseImageDigest = json.Text("baseImageDigest", ""),
        Datasets = json.Objects("datasets", ReadDataset),
    };

    private static void Write(Utf8JsonWriter json, DatasetVersion dataset)
    {
        json.WriteString("name", dataset.Name);
        json.WriteString("version", dataset.Version);
        json.WriteString("path", dataset.Path);
    }

    private static DatasetVersion ReadDataset(JsonFields json) => new(json.Text("name", ""), json.Text("version", ""), json.Text("path", ""));

    private static void Write(Utf8JsonWriter json, FrontSummary front)
    {
        json.WriteNumber("sets", front.Sets);
        json.WriteReals("best", front.Best);
    }

    private static FrontSummary ReadFront(JsonFields json) => new(json.Int("sets") ?? 0, json.List("best", JsonFields.Real));

    private static void Write(Utf8JsonWriter json, FileChange change)
    {
        json.WriteString("path", change.Path);
        json.WriteString("kind", change.Kind);
        json.WriteString("oldPath", change.OldPath);
        json.WriteLong("added", change.Added);
        json.WriteLong("deleted", change.Deleted);
    }

    private static FileChange ReadChange(JsonFields json) => new(
        json.Text("path", ""), json.Text("kind", ""), json.TextOrNull("oldPath"), json.Int("added"), json.Int("deleted"));

    private static void Write(Utf8JsonWriter json, WarmStart warm)
    {
        json.WriteNumber("sets", warm.Sets);
        json.WriteInts("runs", warm.Runs);
        json.WriteReal("best", warm.Best);
    }

    private static WarmStart ReadWarmStart(JsonFields json) => new(json.Int("sets") ?? 0, json.List("runs", JsonFields.Int), json.Real("best"));
}
