using System.Text;

namespace GradientCI.Reports.Formats.Markdown;

/// <summary>A part of a report that can be made shorter, and at last left out.</summary>
/// <param name="Name">What to call it when it is cut.</param>
/// <param name="Importance">The least important is cut first.</param>
/// <param name="Write">Writes it with at most so many rows.</param>
/// <param name="Rows">How many rows it would like, then how many less would do; when none does, it is left out.</param>
internal sealed record MarkdownSection(string Name, int Importance, Func<int, string> Write, params int[] Rows);

/// <summary>Fits sections into a limit.</summary>
internal static class MarkdownCut
{
    /// <summary>The most bytes of a report: GitHub takes comments of 65,536 characters, and the poster may add a line.</summary>
    public const int ByteLimit = 60_000;

    /// <summary>Joins head, sections and foot, with sections cut until they fit.</summary>
    /// <param name="head">Always there; itself far below the limit.</param>
    /// <param name="sections">In the order of the page.</param>
    /// <param name="foot">What to say at the end, given what was cut.</param>
    /// <param name="limit">The most bytes; what head and foot alone exceed is exceeded.</param>
    public static string Fit(string head, IReadOnlyList<MarkdownSection> sections, Func<IReadOnlyList<string>, string> foot, int limit = ByteLimit)
    {
        var levels = new int[sections.Count];
        var texts = sections.Select(section => section.Write(section.Rows[0])).ToArray();
        var byImportance = Enumerable.Range(0, sections.Count).OrderBy(index => sections[index].Importance).ToArray();
        while (true)
        {
            var cut = Enumerable.Range(0, sections.Count).Where(index => levels[index] > 0).Select(index => sections[index].Name).ToArray();
            var text = string.Concat([head, .. texts, foot(cut)]);
            var next = Array.Find(byImportance, index => levels[index] < sections[index].Rows.Length && texts[index].Length > 0);
            if (Encoding.UTF8.GetByteCount(text) <= limit || Array.TrueForAll(texts, section => section.Length == 0))
            {
                return text;
            }

            levels[next]++;
            texts[next] = levels[next] < sections[next].Rows.Length ? sections[next].Write(sections[next].Rows[levels[next]]) : "";
        }
    }
}
