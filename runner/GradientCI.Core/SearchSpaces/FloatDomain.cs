using System.Globalization;

namespace GradientCI.SearchSpaces;

/// <summary>A real number between two bounds, both included.</summary>
/// <remarks>A step too fine for a double to count (2⁵⁰ of them reach from zero to a bound) is a continuum.</remarks>
/// <param name="Low">The lower bound, finite.</param>
/// <param name="High">The upper bound, finite, not below the lower.</param>
/// <param name="Scale">Linear or log.</param>
/// <param name="Step">Distance between neighbours from <paramref name="Low"/> on, or null for a continuum.</param>
public sealed record FloatDomain(double Low, double High, Scale Scale = Scale.Linear, double? Step = null) : ParameterDomain
{
    /// <inheritdoc/>
    public override long? Count => Low == High ? 1 : IsStepped ? Steps(Step!.Value) + 1 : null;

    private bool IsStepped => Step is > 0 and var step && Math.Max(Math.Abs(Low), Math.Abs(High)) / step <= 1L << 50;

    /// <inheritdoc/>
    public override ParameterValue At(long index) => Count is null
        ? throw new InvalidOperationException("A continuum has no positions.")
        : ParameterValue.Of(Rounded(index));

    /// <inheritdoc/>
    public override long IndexOf(ParameterValue value)
    {
        if (Count is not { } count)
        {
            throw new InvalidOperationException("A continuum has no positions.");
        }

        var index = Nearest(value.AsDouble, count);
        return value.IsNumeric && Rounded(index) == value.AsDouble ? index : -1;
    }

    /// <inheritdoc/>
    public override ParameterValue Draw(double unit) => Count is { } count
        ? At(Scale == Scale.Log ? Nearest(Spread(unit), count) : Math.Min(count - 1, (long)(unit * count)))
        : ParameterValue.Of(Math.Clamp(Readable(Spread(unit)), Low, High));

    /// <inheritdoc/>
    public override UnitInterval UnitsOf(ParameterValue value)
    {
        var number = Math.Clamp(value.AsDouble, Low, High);
        if (Count is not { } count)
        {
            return new UnitInterval(Unit(number), Unit(number));
        }

        var index = Nearest(number, count);
        return Scale == Scale.Linear || count == 1
            ? UnitInterval.Slice(index, count)
            : new UnitInterval(index == 0 ? 0 : Unit(number - (Step!.Value / 2)), index == count - 1 ? 1 : Unit(number + (Step!.Value / 2)));
    }

    /// <inheritdoc/>
    public override bool Contains(ParameterValue value) => Count is null
        ? value.IsNumeric && value.AsDouble >= Low && value.AsDouble <= High
        : IndexOf(value) >= 0;

    // People read and retype these numbers, and six digits are more than any training can tell apart; they also hide
    // the last digit, in which exp and log of two machines may differ. A narrow domain keeps all digits.
    private double Readable(double value) => High - Low > 0.01 * Math.Max(Math.Abs(Low), Math.Abs(High))
        ? double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
        : value;

    // The linear form is written so that bounds of -1e308 and 1e308 do not overflow.
    private double Spread(double unit) => Scale == Scale.Log
        ? Math.Exp(Math.Log(Low) + (unit * (Math.Log(High) - Math.Log(Low))))
        : (Low * (1 - unit)) + (High * unit);

    // In halves, so that bounds of -1e308 and 1e308 do not overflow.
    private double Unit(double value) => Math.Clamp(
        Scale == Scale.Log
            ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low))
            : ((value / 2) - (Low / 2)) / ((High / 2) - (Low / 2)),
        0, 1);

    private long Nearest(double value, long count) =>
        count == 1 ? 0 : Math.Clamp((long)Math.Round(Distance(Low, value, Step!.Value)), 0, count - 1);

    // In halves, so that bounds of -1e308 and 1e308 do not overflow.
    private static double Distance(double from, double to, double step) => 2 * (((to / 2) - (from / 2)) / step);

    // 1e-9 forgives the rounding of (0.3 - 0.1) / 0.1.
    private long Steps(double step) => AsDecimal(Low) is { } low && AsDecimal(High) is { } high && AsDecimal(step) is { } width
        ? (long)decimal.Floor((high - low) / width)
        : (long)Math.Floor(Distance(Low, High, step) + 1e-9);

    // 0.1 + 2 × 0.1 is 0.30000000000000004; nobody wants to read that in a report, so steps are taken in decimal
    // where decimal holds both numbers as they are written.
    private double Rounded(long index)
    {
        if (index == 0)
        {
            return Low;
        }

        var step = Step!.Value;
        var value = AsDecimal(Low) is { } low && AsDecimal(High) is not null && AsDecimal(step) is { } width
            ? (double)(low + (width * index))
            : Math.FusedMultiplyAdd(step, index, Low);
        return Math.Clamp(value, Low, High);
    }

    private static decimal? AsDecimal(double value) =>
        Math.Abs(value) < 1e15 && (decimal)value is var exact && (double)exact == value ? exact : null;
}
