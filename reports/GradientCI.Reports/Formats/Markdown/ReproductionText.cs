namespace GradientCI.Reports.Formats.Markdown;

/// <summary>A line to paste, and the manifest's lines, that run the best trial again.</summary>
internal static class ReproductionText
{
    // Longer than any of its lines: what is cut runs something else.
    private const int Width = 5_000;

    public static string Of(Report report)
    {
        if (report.Reproduction is not { } again)
        {
            return "";
        }

        var manifest = again.Manifest.IsEmpty ? "" : $"""

            Or in `.gradient.yml`, in place of the experiment's `parameters` and `sweep`:

            {FencedText.Of(string.Join('\n', again.Manifest), again.Manifest.Length, Width)}
            """;
        return $"\n<details><summary>Reproduce the best trial</summary>\n\n{FencedText.Of(again.Command, 1, Width)}{manifest}</details>\n";
    }
}
