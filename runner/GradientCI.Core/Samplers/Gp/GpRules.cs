namespace GradientCI.Samplers.Gp;

/// <summary>The constants of the search, none of them fitted to a problem, and where they come from.</summary>
internal static class GpRules
{
    /// <summary>Results that must be known before they are learned from.</summary>
    public const int Beginning = 10;

    /// <summary>The most sets that are learned from.</summary>
    public const int Most = 500;

    public const double LeastNoise = 1e-6;

    public static int Prior = 0;
    public static int Warp = 1;
    public static int Candidates = 1024;
    public static int Near = 256;
    public static int Starts = 8;
    public static double WarpFloor = 0.1;
    public static double WarpTop = 1;
    public static int Fits = 1;
}
