using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Linux;
using GradientCI.Stores;

namespace GradientCI.Runner.Retention;

/// <summary>Finds images that were pulled or built for runs and that none needs, and removes them.</summary>
/// <param name="images">The Engine's.</param>
/// <param name="store">The record of who used which.</param>
public sealed class ImagePruning(EngineImages images, IExperimentStore store)
{
    /// <summary>Says what would go, the longest unused first, and changes nothing.</summary>
    /// <exception cref="GradientException">The Engine does not answer.</exception>
    public async Task<ImmutableArray<EngineImage>> PlanAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        // The images first: one that is named after this belongs to a run that is recorded by now.
        var ours = await images.ListAsync(cancellationToken);
        return ours.Count == 0 ? [] : ImageRules.Expendable(ours, await store.ListRunsAsync(new RunQuery { Limit = int.MaxValue }, cancellationToken), before);
    }

    /// <summary>Removes them, but for those that a container has got meanwhile.</summary>
    /// <returns>Those that are gone.</returns>
    /// <exception cref="GradientException">The Engine does not answer.</exception>
    public async Task<ImmutableArray<EngineImage>> RunAsync(IEnumerable<EngineImage> plan, CancellationToken cancellationToken)
    {
        var gone = ImmutableArray.CreateBuilder<EngineImage>();
        foreach (var image in plan)
        {
            if (await images.RemoveAsync(image, cancellationToken))
            {
                gone.Add(image);
            }
        }

        return gone.ToImmutable();
    }

    /// <summary>Removes as many, the longest unused first, as it takes to have so much room on the Engine's disk.</summary>
    /// <param name="plan">What may go.</param>
    /// <param name="room">Bytes that are to be free.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>Those that are gone.</returns>
    /// <exception cref="GradientException">The Engine does not answer.</exception>
    public async Task<ImmutableArray<EngineImage>> MakeRoomAsync(ImmutableArray<EngineImage> plan, long room, CancellationToken cancellationToken)
    {
        var folder = await images.ReadFolderAsync(cancellationToken);
        var gone = ImmutableArray.CreateBuilder<EngineImage>();
        foreach (var image in plan)
        {
            if (!Directory.Exists(folder) || FreeSpace.Read(folder).Bytes >= room)
            {
                break;
            }

            gone.AddRange(await RunAsync([image], cancellationToken));
        }

        return gone.ToImmutable();
    }
}
