namespace GradientCI.Pruners.Percentile;

/// <summary>The steps of two decimal digits: 1 to 99 all of them, 100 to 990 every tenth, and so on.</summary>
/// <remarks>Some hundred rungs however often a trial reports: 10,000 trials of 100,000 points cost no more than of 100.</remarks>
internal sealed class DecimalLadder(double least) : ILadder
{
    /// <inheritdoc/>
    public bool IsOfCompleted => true;

    /// <inheritdoc/>
    public bool IsAtEveryPoint => false;

    /// <inheritdoc/>
    public double RungAt(double step)
    {
        if (!double.IsFinite(step) || step < Math.Max(0, least))
        {
            return double.NaN;
        }

        if (step == 0)
        {
            return 0;
        }

        // Whole units below 100; else a power of ten such that two digits stay in front of the point.
        var exponent = (int)Math.Floor(Math.Log10(step)) - 1;
        var (unit, isWhole) = (Math.Pow(10, Math.Abs(exponent)), exponent >= 0);
        var rung = step is >= 1 and < 100 ? Math.Floor(step) : isWhole ? Math.Floor(step / unit) * unit : Math.Floor(step * unit) / unit;
        return rung <= step ? rung : step;
    }

    /// <inheritdoc/>
    public double RungAfter(double rung) => double.NaN;

    /// <inheritdoc/>
    public int GroupOf(int set, double furthest) => 0;
}
