using System.Security.Cryptography;
using System.Text;
using GradientCI.Reports.Charts;

namespace GradientCI.Reports.Formats.Html;

/// <summary>What stands around every page: its style, and a policy that forbids everything else.</summary>
public static class PageFrame
{
    private static readonly string Style = ReadStyle();

    /// <summary>The content security policy of a page, which it carries itself; a server adds who may frame it.</summary>
    /// <remarks>It names the style by its digest, so that nothing else on the page can bring one.</remarks>
    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'";

    internal static void Open(Markup page, string title)
    {
        page.Add($"<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"{new Raw(Policy)}\">\n");
        page.Add($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        page.Add($"<title>{title}</title>\n<style>{new Raw(Style)}</style>\n</head>\n<body>\n<main>\n");
    }

    internal static void Close(Markup page, string footer) => page.Add($"</main>\n<footer>{footer}</footer>\n</body>\n</html>\n");

    private static string ReadStyle()
    {
        using var stream = typeof(PageFrame).Assembly.GetManifestResourceStream("GradientCI.Reports.Formats.Html.report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
