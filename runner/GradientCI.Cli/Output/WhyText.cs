using System.Collections.Immutable;
using GradientCI.Cli.Runs;
using GradientCI.Experiments;

namespace GradientCI.Cli.Output;

/// <summary>The answer to <c>gradientci why</c> in sentences, one per line.</summary>
internal static class WhyText
{
    private const int Files = 10;
    private const int Values = 20;
    private const int Width = 120;

    /// <summary>The sentences; what differs follows on indented lines.</summary>
    public static ImmutableArray<string> Of(WhyAnswer answer) =>
        answer.Trial.CachedFrom is { } origin ? [TakenOver(answer, origin), Equal()]
        : answer.Nearest is not { } nearest ? [$"{Computed(answer)}.", $"{answer.Run.Id} has no earlier run of {answer.Run.Id.Experiment} with trials to compare with."]
        : nearest.Changes.IsEmpty ? [$"{Computed(answer)}.", Twin(answer, nearest)]
        : [
            $"{Computed(answer)}{(answer.Run.Spec.Cache ? ": none of the last runs has its fingerprint" : "")}.",
            $"Nearest is {nearest.Trial.Id} ({nearest.Trial.Standing}). It differs in:",
            .. Differences(answer, nearest),
        ];

    private static string TakenOver(WhyAnswer answer, TrialId origin)
    {
        var ended = answer.Origin is null ? ", which is no longer recorded" : answer.Origin.EndedAt is { } at ? $", which succeeded at {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC" : "";
        var saved = answer.Trial.Saved is { } time ? $"; that saved {Plain.Duration(time)}" : "";
        return $"{answer.Trial.Id} was taken over from {origin}{ended}{saved}.";
    }

    private static string Equal() =>
        $"Their fingerprints are equal: inputs, command, setup, workdir, env, parameters, seed, image, metrics and artifacts.";

    private static string Computed(WhyAnswer answer)
    {
        var state = answer.Trial switch
        {
            { State: TrialState.Queued, Attempts.IsEmpty: true } => "has not started",
            { State: TrialState.Cancelled, Attempts.IsEmpty: true } => "was cancelled before it started",
            { State: var any } when any.HasEnded() => "was computed",
            _ => "is being computed",
        };
        return answer.Run.Spec.Cache ? $"{answer.Trial.Id} {state}" : $"{answer.Trial.Id} {state}, and its run reuses nothing (--no-cache, or cache: false)";
    }

    private static string Twin(WhyAnswer answer, NearestTrial nearest)
    {
        var (trial, twin) = (answer.Trial, nearest.Trial);
        var begun = trial.Attempts.IsEmpty ? (DateTimeOffset?)null : trial.Attempts[0].PreparingAt;
        return (trial.Fingerprint == twin.Fingerprint, twin.State) switch
        {
            (false, _) => $"{twin.Id} ({twin.State.Word()}) is equal in every part, but another version of gradientci computed its fingerprint; these are not compared.",
            (_, TrialState.Succeeded) when !answer.Run.Spec.Cache => $"{twin.Id} has the same fingerprint and succeeded; it would have been taken over.",
            (_, TrialState.Succeeded) when twin.EndedAt > begun => $"{twin.Id} has the same fingerprint and succeeded, but only after {trial.Id} had started.",
            (_, TrialState.Succeeded) when !answer.NearestHasFiles => $"{twin.Id} has the same fingerprint and succeeded, but its log or its artifacts are gone.",
            (_, TrialState.Succeeded) when begun is null => $"{twin.Id} has the same fingerprint and succeeded.",
            (_, TrialState.Succeeded) => $"{twin.Id} has the same fingerprint and succeeded; why it was not taken over is not recorded: its files may have been out of reach, or the trial was tried again by hand.",
            (_, var state) when state.HasEnded() => $"{twin.Id} has the same fingerprint, but it is {state.Word()}: only succeeded trials are taken over.",
            _ => $"{twin.Id} has the same fingerprint, and has not ended.",
        };
    }

    private static IEnumerable<string> Differences(WhyAnswer answer, NearestTrial nearest)
    {
        var seedFollows = nearest.Changes.Any(change => change.Part == "parameters") ? " (it follows from the parameters)" : "";
        foreach (var change in nearest.Changes.Take(Values))
        {
            yield return change.Part switch
            {
                "inputs" => $"  inputs: {Changed(answer, nearest)}",
                "seed" => $"  seed: {Pair(change)}{seedFollows}",
                _ when change.Name.Length > 0 => $"  {change.Part}: {Plain.Fit(change.Name, Width)} {Pair(change)}",
                _ => $"  {change.Part}: {Pair(change)}",
            };
        }

        if (nearest.Changes.Length > Values)
        {
            yield return $"  and {nearest.Changes.Length - Values} more values; see them with --json";
        }
    }

    private static string Changed(WhyAnswer answer, NearestTrial nearest)
    {
        var patterns = answer.Run.Spec.Inputs.SequenceEqual(nearest.Run.Spec.Inputs, StringComparer.Ordinal) ? "" : "the patterns under inputs changed; ";
        if (answer.Inputs is not { Problem: "" } inputs)
        {
            return $"{patterns}{Plain.Fit(answer.Inputs?.Problem ?? "", 2 * Width)}";
        }

        var names = string.Join(", ", inputs.Files.Take(Files).Select(file => Plain.Fit(file.Path, Width)));
        var more = inputs.Files.Length > Files ? $" and {inputs.Files.Length - Files} more" : "";
        return $"{patterns}{Plain.Count(inputs.Files.Length, "file")} changed{(names.Length > 0 ? $" ({names}{more})" : "")}";
    }

    private static string Pair(FingerprintChange change) => $"{Value(change.After)} instead of {Value(change.Before)}";

    private static string Value(string? value) => value switch { null => "nothing", "" => "an empty text", _ => Plain.Fit(value, Width) };
}
