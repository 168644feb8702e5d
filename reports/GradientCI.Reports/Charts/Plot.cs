using System.Runtime.InteropServices;
using GradientCI.SearchSpaces;

namespace GradientCI.Reports.Charts;

/// <summary>The frame of a chart: axes, grid and labels, and the way from values to pixels.</summary>
internal sealed class Plot
{
    public const double Width = 480;
    public const double Height = 270;
    private const double Left = 58;
    private const double Right = Width - 14;
    private const double Top = 14;
    private const double Bottom = Height - 44;

    /// <summary>The strip above the axis that belongs to the crosses.</summary>
    private const double Ground = 10;

    private const int LabelLength = 14;

    private readonly Axis _x;
    private readonly Axis _y;

    /// <summary>Opens the picture and draws its frame.</summary>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="xName">What is counted on it.</param>
    /// <param name="title">For those who hear it instead.</param>
    /// <param name="description">The same, a sentence.</param>
    public Plot(Axis x, Axis y, string xName, string title, string description)
    {
        (_x, _y) = (x, y);
        Svg.Add($"<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\">");
        Svg.Add($"<title>{title}</title><desc>{description}</desc>");
        foreach (var tick in y.Ticks)
        {
            Svg.Add($"<path class=\"grid\" d=\"M{Left} {Y(tick.Value)}H{Right}\"/>");
            Svg.Add($"<text class=\"tick\" x=\"{Left - 8}\" y=\"{Y(tick.Value) + 4}\" text-anchor=\"end\">{tick.Label}</text>");
        }

        Svg.Add($"<path class=\"axis\" d=\"M{Left} {Bottom}H{Right}\"/>");
        var every = Math.Max(1, (int)Math.Ceiling(x.Ticks.Sum(tick => Math.Min(LabelLength, tick.Label.Length) + 2) * 7.0 / (Right - Left)));
        foreach (var (tick, index) in x.Ticks.Select((tick, index) => (tick, index)))
        {
            Svg.Add($"<path class=\"axis\" d=\"M{X(tick.Value)} {Bottom}v4\"/>");
            if (index % every == 0)
            {
                Svg.Add($"<text class=\"tick\" x=\"{X(tick.Value)}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{PlainText.Of(tick.Label, LabelLength)}</text>");
            }
        }

        var scales = (x.Scale, y.Scale) switch
        {
            (Scale.Log, Scale.Log) => " (both log)",
            (Scale.Log, _) => " (log)",
            _ => "",
        };
        Svg.Add($"<text class=\"name\" x=\"{(Left + Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{$"{PlainText.Of(xName, 48)}{scales}"}</text>");
        if (y.Scale == Scale.Log)
        {
            Svg.Add($"<text class=\"name\" x=\"{Left - 8}\" y=\"{Height - 6}\" text-anchor=\"end\">y log</text>");
        }
    }

    /// <summary>The picture so far.</summary>
    public Markup Svg { get; } = new();

    /// <summary>Left to right.</summary>
    public double X(double value) => Across(_x.Position(value));

    /// <summary>Bottom to top.</summary>
    public double Y(double value) => Up(_y.Position(value));

    /// <summary>Left to right by a share of the axis.</summary>
    public static double Across(double share) => Left + (share * (Right - Left));

    /// <summary>Bottom to top by a share of the axis.</summary>
    public static double Up(double share) => Bottom - Ground - (share * (Bottom - Ground - Top));

    /// <summary>The line on which trials without a value are marked.</summary>
    public static double Floor => Bottom - 5;

    /// <summary>Closes the picture.</summary>
    public string End() => Svg.Add($"</svg>").ToString();

    /// <summary>A line through points; what cannot be shown is a gap, and a point between two gaps is a dot.</summary>
    public void Line(string style, ReadOnlySpan<Point> points, string title = "")
    {
        Svg.Add($"<path class=\"{style}\" d=\"");
        var run = 0;
        double lastX = 0, lastY = 0;
        foreach (var point in points)
        {
            double x = X(point.X), y = Y(point.Y);
            if (!double.IsFinite(x) || !double.IsFinite(y))
            {
                End(run);
                run = 0;
                continue;
            }

            _ = run++ == 0 ? Svg.Add($"M{x} {y}") : run == 2 ? Svg.Add($"L{x} {y}") : Svg.Add($" {x} {y}");
            (lastX, lastY) = (x, y);
        }

        End(run);
        _ = title.Length == 0 ? Svg.Add($"\"/>") : Svg.Add($"\"><title>{title}</title></path>");

        // A round line cap makes a visible dot of a line without length.
        void End(int length)
        {
            if (length == 1)
            {
                Svg.Add($"L{lastX} {lastY}");
            }
        }
    }

    /// <summary>A dot at a value.</summary>
    public void Dot(string style, double x, double y, double radius, string title = "")
    {
        double left = X(x), top = Y(y);
        if (double.IsFinite(left) && double.IsFinite(top))
        {
            Svg.Add($"<circle class=\"{style}\" cx=\"{left}\" cy=\"{top}\" r=\"{radius}\"");
            _ = title.Length == 0 ? Svg.Add($"/>") : Svg.Add($"><title>{title}</title></circle>");
        }
    }

    /// <summary>A mark on the floor: here a value is missing.</summary>
    /// <param name="x">Where.</param>
    /// <param name="title">What a pointer that rests on it reads.</param>
    /// <param name="isMeant">Whether it is missing by decision: a quiet dash then, and else a cross.</param>
    public void Missing(double x, string title, bool isMeant = false)
    {
        var left = X(x);
        _ = isMeant ? Svg.Add($"<path class=\"cross quiet\" d=\"M{left - 3} {Floor}h6\"") : Svg.Add($"<path class=\"cross\" d=\"M{left - 3} {Floor - 3}l6 6m0-6l-6 6\"");
        _ = title.Length == 0 ? Svg.Add($"/>") : Svg.Add($"><title>{title}</title></path>");
    }
}

/// <summary>A place in a chart; NaN is a gap.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Point(double X, double Y);
