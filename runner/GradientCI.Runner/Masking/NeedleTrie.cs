namespace GradientCI.Runner.Masking;

/// <summary>Texts by their common beginnings: a tree whose nodes are numbered by depth, the root 0.</summary>
internal sealed class NeedleTrie
{
    /// <summary>Puts the texts together.</summary>
    public NeedleTrie(IReadOnlyCollection<byte[]> needles)
    {
        // In order, texts of a common beginning stand together, so that each node is a range of them.
        var sorted = needles.ToArray();
        Array.Sort(sorted, (one, other) => one.AsSpan().SequenceCompareTo(other));
        var most = 1 + sorted.Sum(needle => needle.Length);
        (FirstChild, Sibling, Letter, Depth, IsEnd) = (new int[most], new int[most], new byte[most], new int[most], new bool[most]);
        var ranges = new (int From, int To)[most];
        ranges[0] = (0, sorted.Length);
        Count = 1;
        for (var node = 0; node < Count; node++)
        {
            var (at, to) = ranges[node];
            for (var last = 0; at < to;)
            {
                if (sorted[at].Length == Depth[node])
                {
                    IsEnd[node] = true;
                    at++;
                    continue;
                }

                var letter = sorted[at][Depth[node]];
                var from = at;
                while (at < to && sorted[at][Depth[node]] == letter)
                {
                    at++;
                }

                (Letter[Count], Depth[Count], ranges[Count]) = (letter, Depth[node] + 1, (from, at));
                _ = last == 0 ? FirstChild[node] = Count : Sibling[last] = Count;
                last = Count++;
            }
        }
    }

    /// <summary>How many nodes there are; the arrays may be longer.</summary>
    public int Count { get; }

    /// <summary>By node: the first of the nodes one letter further, or 0.</summary>
    public int[] FirstChild { get; }

    /// <summary>By node: the next node of the same parent, or 0.</summary>
    public int[] Sibling { get; }

    /// <summary>By node: the letter that leads to it.</summary>
    public byte[] Letter { get; }

    /// <summary>By node: its distance from the root.</summary>
    public int[] Depth { get; }

    /// <summary>By node: whether a text ends here.</summary>
    public bool[] IsEnd { get; }
}
