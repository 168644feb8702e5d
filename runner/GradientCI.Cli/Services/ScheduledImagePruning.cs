using System.Collections.Immutable;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Retention;
using GradientCI.Webhook.Hosting;
using Microsoft.Extensions.Logging;

namespace GradientCI.Cli.Services;

/// <summary><c>gradientci prune --images</c>, done by the service: for age, and for room on the Engine's disk.</summary>
internal sealed partial class ScheduledImagePruning(ImagePruning pruning, UpkeepOptions options, TimeProvider time, ILogger<ScheduledImagePruning> logger)
{
    // Whoever has just pulled or built an image is about to use it.
    private static readonly TimeSpan ShortestRest = TimeSpan.FromHours(1);

    /// <summary>Removes what may go.</summary>
    /// <exception cref="GradientException">The Engine does not answer.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (options.KeepImagesFor is { } age)
        {
            Tell(await pruning.RunAsync(await pruning.PlanAsync(time.GetUtcNow() - age, cancellationToken), cancellationToken));
        }

        if (options.ImageRoom is { } room)
        {
            Tell(await pruning.MakeRoomAsync(await pruning.PlanAsync(time.GetUtcNow() - ShortestRest, cancellationToken), room, cancellationToken));
        }
    }

    private void Tell(ImmutableArray<EngineImage> gone)
    {
        foreach (var image in gone)
        {
            var (name, id) = (image.Name, image.Id);
            LogRemoved(name, id);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The image {Name} ({Id}), which no run needs, was removed.")]
    private partial void LogRemoved(string name, string id);
}
