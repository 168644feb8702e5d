using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>A line to paste, and the manifest's lines, that run the best trial again.</summary>
internal static class ReproductionSection
{
    public static void Write(Markup page, Report report)
    {
        if (report.Reproduction is not { } again)
        {
            return;
        }

        page.Add($"<section class=\"again\"><h2>Reproduce the best trial</h2>\n<pre><code>{again.Command}</code></pre>\n");
        if (!again.Manifest.IsEmpty)
        {
            page.Add($"<p>Or in <code>.gradient.yml</code>, in place of the experiment's <code>parameters</code> and <code>sweep</code>:</p>\n<pre><code>");
            foreach (var line in again.Manifest)
            {
                // A hole keeps no indentation.
                page.Add($"{new Raw(line.StartsWith(' ') ? "  " : "")}{line}\n");
            }

            page.Add($"</code></pre>\n");
        }

        page.Add($"</section>\n");
    }
}
