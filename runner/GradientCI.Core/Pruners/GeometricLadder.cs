namespace GradientCI.Pruners;

/// <summary>Rungs at <c>min-step</c>, times the reduction, times the reduction again, and so on.</summary>
internal class GeometricLadder(double least, double reduction) : ILadder
{
    /// <inheritdoc/>
    public bool IsOfCompleted => false;

    /// <inheritdoc/>
    public bool IsAtEveryPoint => false;

    /// <inheritdoc/>
    public double RungAt(double step)
    {
        if (!double.IsFinite(step) || least <= 0 || step < least)
        {
            return double.NaN;
        }

        // Multiplied up rather than computed by a logarithm, which is off by one at 243 = 3^5.
        var rung = least;
        while (rung * reduction <= step)
        {
            rung *= reduction;
        }

        return rung;
    }

    /// <inheritdoc/>
    public double RungAfter(double rung) => rung * reduction;

    /// <inheritdoc/>
    public virtual int GroupOf(int set, double furthest) => 0;
}
