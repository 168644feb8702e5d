using System.Text.Json;
using System.Text.Json.Serialization;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>How an attempt ended, kept in its state folder from before its container is removed.</summary>
internal static class EndRecord
{
    /// <summary>The end, or null when none is recorded.</summary>
    public static AttemptEnd? Read(string stateDirectory)
    {
        var path = PathIn(stateDirectory);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), EndRecordJson.Default.AttemptEnd) : null;
        }
        catch (JsonException)
        {
            // Somebody else's; what the Engine says counts.
            return null;
        }
    }

    /// <summary>Records it; whoever comes second writes the same.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public static void Write(string stateDirectory, AttemptEnd end)
    {
        Directory.CreateDirectory(stateDirectory);
        var temporary = $"{PathIn(stateDirectory)}.{Guid.NewGuid():N}";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(end, EndRecordJson.Default.AttemptEnd));
        File.Move(temporary, PathIn(stateDirectory), overwrite: true);
    }

    private static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "container-end.json");
}

[JsonSerializable(typeof(AttemptEnd))]
internal sealed partial class EndRecordJson : JsonSerializerContext;
