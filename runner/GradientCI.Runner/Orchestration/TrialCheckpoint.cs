using GradientCI.Experiments;

namespace GradientCI.Runner.Orchestration;

/// <summary>What a trial keeps in <c>$GRADIENT_CHECKPOINT</c> for its next attempt.</summary>
internal static class TrialCheckpoint
{
    /// <summary>Whether there is something: the next attempt then goes on where the last one stood.</summary>
    public static bool Exists(DataFolder data, TrialId trial)
    {
        var checkpoint = data.Checkpoint(trial);
        try
        {
            return Directory.Exists(checkpoint) && Directory.EnumerateFileSystemEntries(checkpoint).Any();
        }
        catch (UnauthorizedAccessException)
        {
            // The trial took our rights to look away; there is something it cares for.
            return true;
        }
    }
}
