using GradientCI.Specs;

namespace GradientCI.Experiments;

/// <summary>Which ended attempts are tried again.</summary>
public static class RetryRules
{
    /// <summary>Whether another attempt should follow.</summary>
    /// <param name="spec">What the manifest allows.</param>
    /// <param name="outcome">How the last attempt ended.</param>
    /// <param name="exitCode">Its exit code, or null.</param>
    /// <param name="attempts">Attempts so far, the last one included.</param>
    public static bool ShouldRetry(RetrySpec spec, AttemptOutcome outcome, int? exitCode, int attempts) =>
        attempts <= spec.Max && outcome switch
        {
            AttemptOutcome.Lost => spec.OnLost,
            AttemptOutcome.TimedOut => spec.OnTimeout,
            AttemptOutcome.OutOfMemory => spec.OnOutOfMemory || IsListed(spec, exitCode),
            AttemptOutcome.Failed => spec.OnFailure || IsListed(spec, exitCode),
            _ => false,
        };

    private static bool IsListed(RetrySpec spec, int? exitCode) => exitCode is { } code && spec.OnExitCodes.Contains(code);
}
