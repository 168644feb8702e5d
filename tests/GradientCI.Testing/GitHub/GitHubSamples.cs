using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

/// <summary>GitHub's own examples of its answers, to be changed where a test cares.</summary>
internal static class GitHubSamples
{
    private static readonly JsonObject All = Load();

    /// <summary>An example with some members replaced; objects are merged.</summary>
    public static JsonObject Make(string name, JsonObject changes)
    {
        var sample = All[name]!.DeepClone().AsObject();
        Merge(sample, changes);
        return sample;
    }

    private static void Merge(JsonObject into, JsonObject changes)
    {
        foreach (var (name, value) in changes)
        {
            if (value is JsonObject inner && into[name] is JsonObject known)
            {
                Merge(known, inner);
            }
            else
            {
                into[name] = value?.DeepClone();
            }
        }
    }

    private static JsonObject Load()
    {
        using var stream = typeof(GitHubSamples).Assembly.GetManifestResourceStream("github-samples.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
