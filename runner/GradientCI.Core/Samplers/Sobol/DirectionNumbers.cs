using System.Globalization;

namespace GradientCI.Samplers.Sobol;

/// <summary>The numbers of Joe and Kuo from which the points of a Sobol' sequence are put together.</summary>
/// <remarks>Bratley and Fox, "Algorithm 659", ACM TOMS 14 (1988), tells how a polynomial continues its first numbers.</remarks>
internal static class DirectionNumbers
{
    /// <summary>How many binary digits a coordinate has.</summary>
    public const int Bits = 32;

    private static readonly Lazy<uint[][]> All = new(Read);

    /// <summary>How many dimensions there are.</summary>
    public static int Dimensions => All.Value.Length;

    /// <summary>A dimension's numbers; the one at place n is taken when bit n of a point's number is set.</summary>
    public static ReadOnlySpan<uint> Of(int dimension) => All.Value[dimension];

    private static uint[][] Read()
    {
        using var stream = typeof(DirectionNumbers).Assembly.GetManifestResourceStream("direction-numbers.txt")!;
        using var reader = new StreamReader(stream);
        var dimensions = new List<uint[]> { Enumerable.Range(0, Bits).Select(bit => 1u << (Bits - 1 - bit)).ToArray() };
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                var numbers = line.Split(' ').Select(number => uint.Parse(number, CultureInfo.InvariantCulture)).ToArray();
                dimensions.Add(Continue(numbers[2], numbers[3..]));
            }
        }

        return [.. dimensions];
    }

    private static uint[] Continue(uint polynomial, uint[] initial)
    {
        var degree = initial.Length;
        var numbers = new uint[Bits];
        for (var bit = 0; bit < Bits; bit++)
        {
            if (bit < degree)
            {
                numbers[bit] = initial[bit] << (Bits - 1 - bit);
                continue;
            }

            var number = numbers[bit - degree] ^ (numbers[bit - degree] >> degree);
            for (var term = 1; term < degree; term++)
            {
                number ^= ((polynomial >> (degree - 1 - term)) & 1) * numbers[bit - term];
            }

            numbers[bit] = number;
        }

        return numbers;
    }
}
