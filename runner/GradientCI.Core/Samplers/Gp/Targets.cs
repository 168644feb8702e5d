namespace GradientCI.Samplers.Gp;

/// <summary>Losses as a Gaussian process likes them: of mean 0 and variance 1, and perhaps without a long tail of bad ones.</summary>
/// <param name="Values">In the order of the losses.</param>
/// <param name="LogStretches">By how much each was stretched against its neighbours, as a logarithm: what makes two ways comparable.</param>
internal sealed record Targets(double[] Values, double[] LogStretches)
{
    /// <summary>The ways to look at finite losses: as they are, and bent to logarithms of the distance from the best.</summary>
    public static IEnumerable<Targets> Of(double[] losses)
    {
        // Scaled first, so that losses of 1e308 do not overflow.
        var size = losses.Max(Math.Abs);
        double[] scaled = [.. losses.Select(loss => size > 0 ? loss / size : loss)];
        yield return Standard(scaled, new double[losses.Length]);

        var sorted = scaled.Order().ToArray();
        var spread = sorted[sorted.Length / 2] - sorted[0];
        foreach (var bend in GpRules.Bends.Where(_ => spread > 0))
        {
            double[] logs = [.. scaled.Select(value => Math.Log(value - sorted[0] + (bend * spread)))];
            yield return Standard(logs, [.. logs.Select(log => -log)]);
        }
    }

    private static Targets Standard(double[] values, double[] logStretches)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        deviation = deviation > 1e-12 ? deviation : 1;
        return new Targets([.. values.Select(value => (value - mean) / deviation)], [.. logStretches.Select(log => log - Math.Log(deviation))]);
    }
}
