using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>The image of a run, settled before its first trial is made: its digest is part of what a result depends on.</summary>
internal static class RunImage
{
    /// <summary>Whether there is nothing to do: the digest is known, or the run needs no image.</summary>
    public static bool IsSettled(Run run) => !run.Spec.IsInContainer || run.Provenance.ImageDigest.Length > 0;

    /// <summary>Sees to it that the image is there.</summary>
    /// <param name="run">The run; it is open, and its image not settled.</param>
    /// <param name="bench">What it is driven with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The digest to record.</returns>
    /// <exception cref="GradientException">There is no such image, or nothing here runs containers.</exception>
    public static async Task<string> SettleAsync(Run run, Workbench bench, CancellationToken cancellationToken) =>
        bench.Images is not { } images ? throw new GradientException(FailureKind.Environment, $"{run.Id} needs an image, and nothing here runs containers.")
        : run.Spec.Image is { } image ? await images.PrepareAsync(image, _ => { }, cancellationToken)
        : await new RunBuild(run, bench, images).BuildAsync(run.Spec.Build!, cancellationToken);
}
