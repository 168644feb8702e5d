using GradientCI.Metrics;

namespace GradientCI.Core.Tests.Metrics;

public class CurveSketchTests
{
    [Fact]
    public void It_keeps_what_thinning_the_whole_curve_keeps_however_the_pieces_fall()
    {
        var random = new Random(2);
        for (var round = 0; round < 500; round++)
        {
            var curve = Enumerable.Range(0, random.Next(0, 400)).Select(x => new MetricPoint(x, Value(random), DateTimeOffset.UnixEpoch)).ToArray();
            var limit = random.Next(0, 60);
            var sketch = new CurveSketch(curve.Length, limit);

            for (var from = 0; from < curve.Length;)
            {
                var length = random.Next(1, curve.Length - from + 1);
                sketch.Add(curve.AsSpan(from, length));
                from += length;
            }

            sketch.Points.ShouldBe(CurveThinning.Thin(curve, limit), $"{curve.Length} points, {limit} kept");
        }
    }

    [Fact]
    public void Points_beyond_the_promised_number_are_passed_over()
    {
        var sketch = new CurveSketch(2, 10);

        sketch.Add([new(0, 0, default), new(1, 1, default), new(2, 2, default)]);

        sketch.Points.Select(point => point.X).ShouldBe([0, 1]);
    }

    private static double Value(Random random) => random.Next(6) switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        _ => random.Next(10),
    };
}
