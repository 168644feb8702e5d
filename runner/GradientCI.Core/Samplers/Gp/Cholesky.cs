using System.Runtime.Intrinsics;

namespace GradientCI.Samplers.Gp;

/// <summary>A lower triangle whose product with its own mirror image is a given matrix.</summary>
/// <remarks>Row by row, so that further rows may follow: those that are there do not change.</remarks>
/// <param name="capacity">How many rows it may have.</param>
internal sealed class Cholesky(int capacity)
{
    private readonly Rows _rows = new(capacity, capacity);

    /// <summary>How many rows it has.</summary>
    public int Count { get; private set; }

    /// <summary>The sum of the logarithms of the diagonal: half that of the matrix's determinant.</summary>
    public double HalfLogDeterminant { get; private set; }

    /// <summary>The vectors of a row; zero beyond the diagonal.</summary>
    public Span<Vector256<double>> Vectors(int row) => _rows.Vectors(row);

    /// <summary>A row; zero beyond the diagonal.</summary>
    public ReadOnlySpan<double> Row(int row) => _rows[row];

    /// <summary>A number on the diagonal.</summary>
    public double Diagonal(int row) => _rows[row][row];

    /// <summary>Begins again.</summary>
    public void Clear() => (Count, HalfLogDeterminant) = (0, 0);

    /// <summary>Adds a row of the matrix, up to its diagonal; false, and nothing added, when the matrix is not positive definite.</summary>
    public bool TryAppend(ReadOnlySpan<double> matrix, double diagonal)
    {
        var row = _rows[Count];
        var vectors = _rows.Vectors(Count);
        row.Clear();
        for (var at = 0; at < Count; at++)
        {
            var length = Lanes.Of(at);
            row[at] = (matrix[at] - Lanes.Dot(vectors[..length], _rows.Vectors(at))) / _rows[at][at];
        }

        var square = diagonal - Lanes.Dot(vectors, vectors);
        if (!(square > 0) || double.IsInfinity(square))
        {
            return false;
        }

        row[Count] = Math.Sqrt(square);
        HalfLogDeterminant += Math.Log(row[Count]);
        Count++;
        return true;
    }

    /// <summary>Solves with the first rows of the triangle, in place; what lies beyond them in the last vector must be zero.</summary>
    public void Solve(Span<double> side, int count)
    {
        var vectors = Lanes.Over(side);
        for (var at = 0; at < count; at++)
        {
            // The row is zero beyond its diagonal, and the diagonal itself must not count.
            var own = side[at];
            side[at] = 0;
            side[at] = (own - Lanes.Dot(vectors[..Lanes.Of(at)], Vectors(at))) / Diagonal(at);
        }
    }

    /// <summary>Solves with the mirror image of the triangle's first rows, in place.</summary>
    public void SolveMirrored(Span<double> side, int count)
    {
        var vectors = Lanes.Over(side);
        for (var at = count - 1; at >= 0; at--)
        {
            var solved = side[at] / Diagonal(at);
            side[at] = 0;
            var row = Vectors(at)[..Lanes.Of(at)];
            for (var lane = 0; lane < row.Length; lane++)
            {
                vectors[lane] -= row[lane] * solved;
            }

            side[at] = solved;
        }
    }

    /// <summary>Writes the mirrored inverse of the triangle: row by row the columns of the inverse, zero before the diagonal.</summary>
    public void InvertMirrored(Rows inverse)
    {
        for (var column = 0; column < Count; column++)
        {
            var row = inverse[column];
            var vectors = inverse.Vectors(column);
            var first = column / Lanes.Width;
            row.Clear();
            row[column] = 1 / Diagonal(column);
            for (var at = column + 1; at < Count; at++)
            {
                var last = Lanes.Of(at);
                row[at] = -Lanes.Dot(vectors[first..last], Vectors(at)[first..last]) / Diagonal(at);
            }
        }
    }
}
