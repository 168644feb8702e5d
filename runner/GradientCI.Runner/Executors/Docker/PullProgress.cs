using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>Tells of a pull whenever a layer is there, and whether it goes on at all.</summary>
internal sealed class PullProgress(string image, Action<string> tell) : IProgress<JSONMessage>
{
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    /// <summary>Told of each sign of life; that a download is tried anew is none.</summary>
    public required Action Moved { get; init; }

    /// <inheritdoc/>
    public void Report(JSONMessage value)
    {
        if (value.Status?.StartsWith("Retrying", StringComparison.Ordinal) is not true)
        {
            Moved();
        }

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
