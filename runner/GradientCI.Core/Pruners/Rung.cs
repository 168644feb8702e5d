namespace GradientCI.Pruners;

/// <summary>The parameter sets that reached a step, in the order of their losses there, and those of them that wait.</summary>
internal abstract class Rung
{
    /// <summary>How many sets came as far; of several objectives how many of them are compared.</summary>
    public abstract int Count { get; }

    /// <summary>How many of them have finite losses.</summary>
    public abstract int CountUsable { get; }

    /// <summary>The numbers of the sets that came as far, the newest first; none where nobody asks for them.</summary>
    public abstract IEnumerable<int> Newest { get; }

    /// <summary>How many other sets are better than one that came as far with these losses.</summary>
    public abstract int CountBetter(int set, Losses losses);

    /// <summary>The best of the sets that wait here when fewer than so many as good ones have gone on; else null.</summary>
    public abstract int? NextOf(int goOn);

    /// <summary>A set waits here.</summary>
    public abstract void Pause(int set, Losses losses);

    /// <summary>A set waits no more.</summary>
    public abstract void Resume(int set, Losses losses);

    /// <summary>A set's losses are others now.</summary>
    /// <param name="set">The set's number.</param>
    /// <param name="before">What they were, or null when it was not here.</param>
    /// <param name="now">What they are, or null when it is not here any more.</param>
    public abstract void Replace(int set, Losses? before, Losses? now);
}
