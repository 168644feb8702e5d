using System.Text;
using System.Text.Unicode;

namespace GradientCI.Runner.Manifests.Yaml;

/// <summary>The file's bytes as text, or a finding that says why not.</summary>
internal static class YamlText
{
    private const int LargestFile = 64 * 1024;

    public static string? Decode(ReadOnlySpan<byte> bytes, Findings findings)
    {
        if (bytes.Length > LargestFile)
        {
            findings.Add(DiagnosticCode.TooLarge, new Place(1, 1), "", $"the file has {bytes.Length:N0} bytes, the most is {LargestFile:N0}", () => "move what is long into a script");
            return null;
        }

        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            bytes = bytes[Encoding.UTF8.Preamble.Length..];
        }

        var characters = new char[bytes.Length];
        _ = Utf8.ToUtf16(bytes, characters, out var read, out var written, replaceInvalidSequences: false);
        var text = new string(characters, 0, written);
        if (read < bytes.Length)
        {
            findings.Add(DiagnosticCode.Encoding, PlaceAfter(text), "", $"the byte 0x{bytes[read]:X2} is not UTF-8", () => "save the file as UTF-8");
            return null;
        }

        // A NUL would end the file early for the YAML reader, and line separators that editors do not show as line
        // ends would let a comment hide a key.
        var control = Array.FindIndex(characters, 0, written, IsForbidden);
        if (control >= 0)
        {
            findings.Add(DiagnosticCode.Encoding, PlaceAfter(text[..control]), "", $"the character U+{(int)text[control]:X4} cannot stand here", () => "remove it, or write it as an escape in double quotes");
            return null;
        }

        return text;
    }

    // Asked of each character: a SearchValues of these would take longer to come alive than the longest file to be looked through.
    private static bool IsForbidden(char letter) => char.IsControl(letter)
        ? letter is not ('\t' or '\n' or '\r')
        : letter is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF';

    private static Place PlaceAfter(string text) => new(text.Count(letter => letter == '\n') + 1, text.Length - (text.LastIndexOf('\n') + 1) + 1);
}
