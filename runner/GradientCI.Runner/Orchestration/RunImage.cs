using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>The image of a run, settled before its first trial is made: its digest is part of what a result depends on.</summary>
internal static class RunImage
{
    /// <summary>Whether there is nothing to do: the digest is known, or the run names no image.</summary>
    public static bool IsSettled(Run run) => run.Spec.Image is null || run.Provenance.ImageDigest.Length > 0;

    /// <summary>Sees to it that the image is there.</summary>
    /// <param name="run">The run; it is open, and its image not settled.</param>
    /// <param name="bench">What it is driven with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The digest to record.</returns>
    /// <exception cref="GradientException">There is no such image, or nothing here runs containers.</exception>
    public static async Task<string> SettleAsync(Run run, Workbench bench, CancellationToken cancellationToken) =>
        bench.Images is { } images ? await images.PrepareAsync(run.Spec.Image!, _ => { }, cancellationToken)
        : throw new GradientException(FailureKind.Environment, $"The image {run.Spec.Image} is asked for, and nothing here runs containers.");
}
