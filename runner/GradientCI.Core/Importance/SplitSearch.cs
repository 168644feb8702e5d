using System.Numerics;
using System.Runtime.InteropServices;

namespace GradientCI.Importance;

/// <summary>Which cells of which axis go left.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Split(int Axis, uint Left);

/// <summary>Looks for the split that leaves the least variance. One at a time; it keeps its scratch memory.</summary>
internal sealed class SplitSearch(Samples samples)
{
    // What few sets among many tell apart is noise, and most of the work.
    private readonly int _fewest = Math.Max(2, samples.Count / 200);
    private readonly int[] _counts = new int[CellAxis.Most];
    private readonly double[] _sums = new double[CellAxis.Most];
    private readonly int[] _order = new int[CellAxis.Most];

    /// <summary>The mean of some sets.</summary>
    public double MeanOf(ReadOnlySpan<int> members)
    {
        var sum = 0.0;
        foreach (var member in members)
        {
            sum += samples.Values[member];
        }

        return sum / members.Length;
    }

    /// <summary>The best split of some sets; null when no split gains anything.</summary>
    /// <param name="members">The sets, by index.</param>
    /// <param name="box">The cells that they may lie in.</param>
    public Split? Best(ReadOnlySpan<int> members, uint[] box)
    {
        if (members.Length < _fewest)
        {
            return null;
        }

        var total = MeanOf(members) * members.Length;

        // Below this it is rounding that differs, not the sets.
        var best = total * total / members.Length * (1 + 1e-12) + 1e-12;
        Split? found = null;
        for (var axis = 0; axis < box.Length; axis++)
        {
            if (BitOperations.PopCount(box[axis]) < 2)
            {
                continue;
            }

            var occupied = Fill(samples.Cells[axis], members);
            var absence = samples.Axes[axis].AbsenceCell;
            if (samples.Axes[axis].IsOrdered)
            {
                Scan(axis, occupied, total, members.Length, ref best, ref found);
                if (occupied > 2 && _order[occupied - 1] == absence)
                {
                    // Sets without the parameter may be like those of its low end, too.
                    Array.Copy(_order, 0, _order, 1, occupied - 1);
                    _order[0] = absence;
                    Scan(axis, occupied, total, members.Length, ref best, ref found);
                }
            }
            else
            {
                _order.AsSpan(0, occupied).Sort((one, other) => (_sums[one] / _counts[one]).CompareTo(_sums[other] / _counts[other]) is not 0 and var by ? by : one.CompareTo(other));
                Scan(axis, occupied, total, members.Length, ref best, ref found);
            }
        }

        return found is { } split ? split with { Left = Completed(split, box[split.Axis], members) } : null;
    }

    /// <returns>How many cells are occupied; they are listed in order.</returns>
    private int Fill(byte[] cells, ReadOnlySpan<int> members)
    {
        Array.Clear(_counts);
        Array.Clear(_sums);
        foreach (var member in members)
        {
            var cell = cells[member];
            _counts[cell]++;
            _sums[cell] += samples.Values[member];
        }

        var occupied = 0;
        for (var cell = 0; cell < _counts.Length; cell++)
        {
            if (_counts[cell] > 0)
            {
                _order[occupied++] = cell;
            }
        }

        return occupied;
    }

    private void Scan(int axis, int occupied, double total, int members, ref double best, ref Split? found)
    {
        var (count, sum, left) = (0, 0.0, 0u);
        for (var at = 0; at < occupied - 1; at++)
        {
            count += _counts[_order[at]];
            sum += _sums[_order[at]];
            left |= 1u << _order[at];
            var score = (sum * sum / count) + ((total - sum) * (total - sum) / (members - count));
            if (score > best)
            {
                (best, found) = (score, new Split(axis, left));
            }
        }
    }

    // Cells that no set lies in go with the nearest one, or, where there is no order, with the greater half.
    private uint Completed(Split split, uint box, ReadOnlySpan<int> members)
    {
        Fill(samples.Cells[split.Axis], members);
        var axis = samples.Axes[split.Axis];
        var (left, lefts) = (split.Left, 0);
        for (var cell = 0; cell < _counts.Length; cell++)
        {
            lefts += ((split.Left >> cell) & 1) == 1 ? _counts[cell] : 0;
        }

        for (var cell = 0; cell < axis.Shares.Length; cell++)
        {
            if (((box >> cell) & 1) == 1 && _counts[cell] == 0)
            {
                var isLeft = axis.IsOrdered && cell != axis.AbsenceCell ? ((split.Left >> Nearest(cell, axis.AbsenceCell)) & 1) == 1 : 2 * lefts >= members.Length;
                left |= isLeft ? 1u << cell : 0;
            }
        }

        return left;
    }

    private int Nearest(int cell, int absence)
    {
        for (var far = 1; far < CellAxis.Most; far++)
        {
            if (cell - far >= 0 && _counts[cell - far] > 0)
            {
                return cell - far;
            }

            if (cell + far < CellAxis.Most && cell + far != absence && _counts[cell + far] > 0)
            {
                return cell + far;
            }
        }

        return absence;
    }
}
