using System.Globalization;
using System.Text;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Backups;

/// <summary>Names of any bytes as one word of ASCII: <c>my%20model.pt</c>.</summary>
internal static class EscapedPath
{
    public static string Escape(string path)
    {
        var text = new StringBuilder(path.Length);
        foreach (var each in PathText.Encode(path))
        {
            _ = char.IsAsciiLetterOrDigit((char)each) || each is (byte)'/' or (byte)'.' or (byte)'-' or (byte)'_'
                ? text.Append((char)each)
                : text.Append(CultureInfo.InvariantCulture, $"%{each:X2}");
        }

        return text.ToString();
    }

    /// <exception cref="FormatException">It is not what <see cref="Escape"/> writes.</exception>
    public static string Unescape(string text)
    {
        var bytes = new List<byte>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%')
            {
                bytes.Add(at + 2 < text.Length
                    ? byte.Parse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                    : throw new FormatException("A name ends in the middle of a byte."));
                at += 2;
            }
            else
            {
                bytes.Add((byte)text[at]);
            }
        }

        return PathText.Decode([.. bytes]);
    }
}
