using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Tells of a pull whenever a layer is there.</summary>
internal sealed class PullProgress(string image, Action<string> tell) : IProgress<JSONMessage>
{
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Report(JSONMessage value)
    {
        var isDone = value.Status is "Pull complete" or "Already exists";
        if (value.Id is not { } layer || !(isDone || value.Status is "Pulling fs layer"))
        {
            return;
        }

        _begun.Add(layer);
        if (isDone && _done.Add(layer))
        {
            tell($"Pulling {image}: {_done.Count} of {_begun.Count} layers.");
        }
    }
}
