namespace GradientCI.Runner.Manifests;

/// <summary>Finds what was meant.</summary>
public static class Spelling
{
    private const int LongestWord = 64;

    /// <summary>A question that offers the nearest of the words, or null when none is near.</summary>
    public static string? Suggest(string word, IEnumerable<string> words) =>
        Nearest(word, words) is { } nearest ? $"did you mean {Excerpt.Of(nearest)}?" : null;

    /// <summary>The nearest word, no further than a third of its letters away.</summary>
    public static string? Nearest(string word, IEnumerable<string> words) => word.Length > LongestWord
        ? null
        : words
            .Where(other => other.Length <= LongestWord && Math.Abs(other.Length - word.Length) <= Furthest(word, other))
            .Select(other => (Word: other, Distance: Distance(Folded(word), Folded(other))))
            .Where(pair => pair.Distance <= Furthest(word, pair.Word) && pair.Distance < word.Length)
            .OrderBy(pair => pair.Distance)
            .Select(pair => pair.Word)
            .FirstOrDefault();

    private static int Furthest(string one, string other) => Math.Max(1, Math.Max(one.Length, other.Length) / 3);

    // max_trials and Max-Trials are max-trials to whoever typed them.
    private static string Folded(string word) => word.ToLowerInvariant().Replace('_', '-');

    /// <summary>Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                rows[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                    rows[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[one.Length, other.Length];
    }
}
