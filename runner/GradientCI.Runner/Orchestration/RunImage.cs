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
    /// <returns>The digest to record, and that of the image under it, or empty.</returns>
    /// <exception cref="GradientException">There is no such image, or nothing here runs containers.</exception>
    public static async Task<(string Image, string Base)> SettleAsync(Run run, Workbench bench, CancellationToken cancellationToken)
    {
        var images = bench.Images ?? throw new GradientException(FailureKind.Environment, $"{run.Id} needs an image, and nothing here runs containers.");
        var digest = run.Spec.Image is { } image ? await images.PrepareAsync(image, _ => { }, cancellationToken)
            : await new RunBuild(run, bench, images).BuildAsync(run.Spec.Build!, cancellationToken);
        return run.Spec.Setup is null ? (digest, "") : (await new RunSetup(run, bench, images).SetUpAsync(digest, cancellationToken), digest);
    }
}
