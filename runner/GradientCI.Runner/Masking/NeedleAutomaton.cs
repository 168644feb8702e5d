namespace GradientCI.Runner.Masking;

/// <summary>Finds many texts at once, in one pass over the bytes: Aho and Corasick's automaton.</summary>
/// <remarks>
/// States are numbered by depth. The first of them, as far as a few megabytes reach, have a row with the next state for each
/// byte, so that ordinary text costs two loads a byte however many texts are looked for. The others have lists, which keeps
/// long texts small; the work stays linear, as a step back never goes deeper.
/// </remarks>
internal sealed class NeedleAutomaton
{
    // 4 MiB of rows.
    private const int MostCells = 1 << 20;

    private readonly ushort[] _classes = new ushort[256];
    private readonly int _width;
    private readonly int _rowed;
    private readonly int[] _rows;
    private readonly int[] _back;
    private readonly int[] _firstChild;
    private readonly int[] _sibling;
    private readonly byte[] _letter;

    /// <summary>Prepares the search.</summary>
    /// <param name="needles">What to look for; none empty.</param>
    public NeedleAutomaton(IReadOnlyCollection<byte[]> needles)
    {
        _width = 1 + Classify(needles);
        var trie = new NeedleTrie(needles);
        (_firstChild, _sibling, _letter, Depth) = (trie.FirstChild, trie.Sibling, trie.Letter, trie.Depth);
        _back = new int[trie.Count];
        Longest = new int[trie.Count];
        _rowed = Math.Max(1, Math.Min(trie.Count, MostCells / _width));
        _rows = new int[_rowed * _width];
        for (var state = 0; state < trie.Count; state++)
        {
            if (state > 0)
            {
                Longest[state] = trie.IsEnd[state] ? Depth[state] : Longest[_back[state]];
            }

            FillRow(state);
            for (var child = _firstChild[state]; child != 0; child = _sibling[child])
            {
                _back[child] = state == 0 ? 0 : Next(_back[state], _letter[child]);
            }
        }
    }

    /// <summary>By state: how many of the last bytes may be the beginning of a needle.</summary>
    public int[] Depth { get; }

    /// <summary>By state: the length of the longest needle that ends here, or 0.</summary>
    public int[] Longest { get; }

    /// <summary>The state after one more byte; before the first it is 0.</summary>
    public int Next(int state, byte letter)
    {
        while (state >= _rowed)
        {
            for (var child = _firstChild[state]; child != 0; child = _sibling[child])
            {
                if (_letter[child] == letter)
                {
                    return child;
                }
            }

            state = _back[state];
        }

        return _rows[(state * _width) + _classes[letter]];
    }

    // All bytes that are in no needle are alike.
    private int Classify(IReadOnlyCollection<byte[]> needles)
    {
        var count = 0;
        foreach (var letter in needles.SelectMany(needle => needle).Distinct())
        {
            _classes[letter] = (ushort)++count;
        }

        return count;
    }

    private void FillRow(int state)
    {
        if (state >= _rowed)
        {
            return;
        }

        var row = _rows.AsSpan(state * _width, _width);
        if (state > 0)
        {
            _rows.AsSpan(_back[state] * _width, _width).CopyTo(row);
        }

        for (var child = _firstChild[state]; child != 0; child = _sibling[child])
        {
            row[_classes[_letter[child]]] = child;
        }
    }
}
