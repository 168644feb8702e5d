using System.Text;
using GradientCI.Runner.Masking;

namespace GradientCI.Runner.Tests.Masking;

public sealed class NeedleAutomatonTests
{
    // Few letters make many overlaps; long needles reach states that have lists instead of rows.
    [Theory]
    [InlineData(2, 6, 8)]
    [InlineData(3, 30, 20)]
    [InlineData(60, 40, 60_000)]
    public void The_longest_needle_that_ends_at_each_place_is_found(int letters, int needles, int longest)
    {
        for (var seed = 0; seed < (longest > 1_000 ? 2 : 200); seed++)
        {
            var random = new Random(seed);
            var sought = Enumerable.Range(0, needles).Select(_ => Some(random, letters, 1 + random.Next(longest))).Distinct(StringComparer.Ordinal).ToArray();
            var text = string.Concat(Enumerable.Range(0, 6).Select(_ => Part(random, sought[random.Next(sought.Length)]) + Some(random, letters, random.Next(5))));
            var automaton = new NeedleAutomaton([.. sought.Select(Encoding.ASCII.GetBytes)]);

            var state = 0;
            for (var end = 1; end <= text.Length; end++)
            {
                state = automaton.Next(state, (byte)text[end - 1]);
                if (text.Length < 1_000 || end % 997 == 0 || automaton.Longest[state] > 0)
                {
                    var expected = sought.Where(needle => text.AsSpan(0, end).EndsWith(needle, StringComparison.Ordinal)).Select(needle => needle.Length).DefaultIfEmpty(0).Max();
                    automaton.Longest[state].ShouldBe(expected, $"seed {seed}, place {end}");
                }
            }
        }
    }

    private static string Part(Random random, string needle) => random.Next(2) == 0 ? needle : needle[..random.Next(needle.Length)];

    private static string Some(Random random, int letters, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)('A' + random.Next(letters))));
}
