namespace GradientCI.Samplers.Gp;

/// <summary>Losses as a Gaussian process likes them: of mean 0 and variance 1, and perhaps without a long tail of bad ones.</summary>
/// <param name="Values">In the order of the losses; those that are NaN are as bad as the worst.</param>
/// <param name="LogStretch">The sum of the logarithms by which differences shrank.</param>
internal sealed record Targets(double[] Values, double LogStretch)
{
    public static IEnumerable<Targets> Ways(double[] losses)
    {
        var finite = losses.Where(double.IsFinite).Order().ToArray();
        var scale = Math.Max(Math.Abs(finite[0]), Math.Abs(finite[^1]));
        scale = scale > 0 ? scale : 1;
        var (best, spread) = (finite[0] / scale, (finite[finite.Length / 2] / scale) - (finite[0] / scale));
        double[] scaled = [.. losses.Select(loss => (double.IsFinite(loss) ? loss : finite[^1]) / scale)];
        yield return Standard(scaled, 0);
        if (GpRules.Warp > 0 && spread > 0)
        {
            for (var k = 0; k < GpRules.Warp; k++)
            {
                var offset = spread * GpRules.WarpTop * Math.Pow(GpRules.WarpFloor, k);
                double[] logs = [.. scaled.Select(value => Math.Log(value - best + offset))];
                yield return Standard(logs, logs.Sum());
            }
        }
    }

    private static Targets Standard(double[] values, double logs)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        deviation = deviation > 1e-12 ? deviation : 1;
        return new Targets([.. values.Select(value => (value - mean) / deviation)], logs + (values.Length * Math.Log(deviation)));
    }
}
