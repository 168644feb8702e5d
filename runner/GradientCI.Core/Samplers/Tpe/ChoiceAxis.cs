namespace GradientCI.Samplers.Tpe;

/// <summary>Kernels over values without an order: most weight on the observed one, the rest spread evenly over all.</summary>
/// <param name="observed">The positions of the observed values.</param>
/// <param name="choices">How many values there are.</param>
internal sealed class ChoiceAxis(int[] observed, int choices) : IParzenAxis
{
    private readonly double _spread = TpeRules.PriorWeight / (observed.Length + 1);

    private double Total => 1 + (choices * _spread);

    public double Scale(int kernel) => 1;

    public double Draw(int kernel, ref SplitMix64 random)
    {
        var position = kernel == observed.Length || random.NextUnit() * Total >= 1 ? random.NextBelow(choices) : observed[kernel];
        return (position + 0.5) / choices;
    }

    public void Weigh(double unit, Span<(double Factor, double Exponent)> densities)
    {
        var position = Math.Min(choices - 1, (int)(unit * choices));
        var (hit, miss) = (choices * (1 + _spread) / Total, choices * _spread / Total);
        for (var kernel = 0; kernel < observed.Length; kernel++)
        {
            densities[kernel].Factor *= observed[kernel] == position ? hit : miss;
        }
    }
}
