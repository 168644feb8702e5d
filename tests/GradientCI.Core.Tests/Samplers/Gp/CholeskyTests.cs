using GradientCI.Samplers;
using GradientCI.Samplers.Gp;

namespace GradientCI.Core.Tests.Samplers.Gp;

public sealed class CholeskyTests
{
    public static TheoryData<int> Sizes() => [1, 2, 3, 4, 5, 8, 13, 40];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Factor_PositiveDefinite_MultipliesBack(int size)
    {
        var matrix = Matrix(size);

        var triangle = Factor(matrix);

        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column <= row; column++)
            {
                Lanes.Dot(triangle.Vectors(row), triangle.Vectors(column)).ShouldBe(matrix[row][column], 1e-10);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Solve_BothTriangles_GivesTheSolution(int size)
    {
        var matrix = Matrix(size);
        var solution = Enumerable.Range(0, size).Select(at => Math.Sin(at)).ToArray();
        var side = Lanes.Room(size);
        for (var row = 0; row < size; row++)
        {
            side[row] = matrix[row].Zip(solution, (one, other) => one * other).Sum();
        }

        var triangle = Factor(matrix);
        triangle.Solve(side, size);
        triangle.SolveMirrored(side, size);

        for (var at = 0; at < size; at++)
        {
            side[at].ShouldBe(solution[at], 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void InvertMirrored_ProductOfRows_IsTheInverse(int size)
    {
        var matrix = Matrix(size);
        var mirrored = new Rows(size, size);

        Factor(matrix).InvertMirrored(mirrored);

        for (var row = 0; row < size; row++)
        {
            for (var column = 0; column < size; column++)
            {
                var product = Enumerable.Range(0, size).Sum(at => matrix[row][at] * Lanes.Dot(mirrored.Vectors(at), mirrored.Vectors(column)));
                product.ShouldBe(row == column ? 1 : 0, 1e-8);
            }
        }
    }

    [Fact]
    public void TryAppend_NotPositiveDefinite_AddsNothing()
    {
        var triangle = new Cholesky(2);
        triangle.TryAppend([], 1).ShouldBeTrue();

        triangle.TryAppend([1, 0, 0, 0], 1).ShouldBeFalse();

        triangle.Count.ShouldBe(1);
        triangle.TryAppend([double.NaN, 0, 0, 0], 1).ShouldBeFalse();
        triangle.TryAppend([0.5, 0, 0, 0], 1).ShouldBeTrue();
        triangle.HalfLogDeterminant.ShouldBe(Math.Log(0.75) / 2, 1e-14);
    }

    private static Cholesky Factor(double[][] matrix)
    {
        var triangle = new Cholesky(matrix.Length);
        for (var row = 0; row < matrix.Length; row++)
        {
            triangle.TryAppend(matrix[row], matrix[row][row]).ShouldBeTrue();
        }

        return triangle;
    }

    private static double[][] Matrix(int size)
    {
        var random = new SplitMix64(7);
        var root = Enumerable.Range(0, size).Select(_ => Enumerable.Range(0, size).Select(_ => random.NextUnit() - 0.5).ToArray()).ToArray();
        return [.. root.Select((one, row) => root.Select((other, column) => one.Zip(other, (a, b) => a * b).Sum() + (row == column ? 0.5 : 0)).ToArray())];
    }
}
