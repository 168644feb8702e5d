namespace GradientCI.Runner.Git;

/// <summary>How much strangers may bring into a mirror before anybody has let them: anyone can open a pull request.</summary>
/// <param name="Each">The most bytes of one pull request, all its heads together.</param>
/// <param name="Together">The most bytes of all pull requests; of closed ones until the mirror is pruned.</param>
public sealed record ForkLimits(long Each, long Together)
{
    /// <summary>1 GiB each, 8 GiB together: a quarter of what a mirror may have.</summary>
    public static ForkLimits Default { get; } = new(1L << 30, 8L << 30);
}

/// <summary>What became of a fetch.</summary>
public enum MirrorFetchOutcome
{
    /// <summary>All that is there was fetched.</summary>
    Whole,

    /// <summary>The pull request brings more than one may, and was not fetched.</summary>
    ForkTooLarge,

    /// <summary>All pull requests together bring more than they may; this one was not fetched.</summary>
    ForksTooLarge,
}
