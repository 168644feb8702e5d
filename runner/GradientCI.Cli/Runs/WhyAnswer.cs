using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>Why a trial was computed, or not.</summary>
/// <param name="Run">Its run.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Origin">The trial whose result it took over; null when it took none, or that one is no longer recorded.</param>
/// <param name="Nearest">The earlier trial that is most like it; null when there is none, or it took a result over.</param>
/// <param name="Inputs">The files that differ from the nearest, when its inputs do.</param>
/// <param name="NearestHasFiles">Whether the nearest trial's log and artifacts are still there.</param>
internal sealed record WhyAnswer(Run Run, Trial Trial, Trial? Origin, NearestTrial? Nearest, ChangedInputs? Inputs, bool NearestHasFiles)
{
    /// <summary>Looks the record up.</summary>
    public static async Task<WhyAnswer> FindAsync(Run run, Trial trial, IExperimentStore store, DataFolder data, CancellationToken cancellationToken)
    {
        if (trial.CachedFrom is { } origin)
        {
            var trials = await store.ListTrialsAsync(origin.Run, cancellationToken);
            return new WhyAnswer(run, trial, trials.FirstOrDefault(other => other.Id == origin), null, null, false);
        }

        var nearest = await NearestTrial.FindAsync(store, run, trial, cancellationToken);
        var inputs = nearest is not null && nearest.Changes.Any(change => change.Part == "inputs")
            ? await ChangedInputs.FindAsync(store, nearest.Run, run, cancellationToken)
            : null;
        var hasFiles = nearest is not null && File.Exists(data.Log(nearest.Trial)) && Directory.Exists(data.Artifacts(nearest.Trial));
        return new WhyAnswer(run, trial, null, nearest, inputs, hasFiles);
    }
}
