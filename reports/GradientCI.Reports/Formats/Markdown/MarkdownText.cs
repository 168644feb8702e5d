using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace GradientCI.Reports.Formats.Markdown;

/// <summary>Markdown that is safe to stand anywhere within a line, table cells included.</summary>
/// <remarks>
/// Foreign text is either plain words, which are escaped, or it goes into a code span: there GitHub makes no mention, no
/// link, no emoji and no formula of it. Backslashes alone do not help against mentions and numbers, because GitHub
/// looks for them in the rendered text.
/// </remarks>
internal readonly partial record struct MarkdownText(string Source)
{
    private const int Limit = 200;

    /// <summary>Prose: words as they are, but code where GitHub could make something of a word.</summary>
    public static MarkdownText Escape(string text, int limit = Limit)
    {
        var result = new StringBuilder();
        var odd = new List<string>();
        foreach (var word in PlainText.Of(text, limit).Split(' '))
        {
            if (!Harmless().IsMatch(word) || Linked().IsMatch(word))
            {
                odd.Add(word);
                continue;
            }

            Flush();
            AppendWord(result.Append(result.Length > 0 ? " " : ""), word);
        }

        Flush();
        return new MarkdownText(result.ToString());

        void Flush()
        {
            if (odd.Count > 0)
            {
                result.Append(result.Length > 0 ? " " : "").Append(Code(string.Join(' ', odd), limit + 1).Source);
                odd.Clear();
            }
        }
    }

    /// <summary>A name or a value, in fixed width.</summary>
    public static MarkdownText Code(string text, int limit = Limit)
    {
        var clean = PlainText.Of(text, limit);
        if (clean.Length == 0)
        {
            return new MarkdownText("(empty)");
        }

        if (!clean.AsSpan().ContainsAny('`', '|'))
        {
            return new MarkdownText($"`{clean}`");
        }

        // A bar would end the cell and a backtick the span; a reference is neither, in every renderer.
        var result = new StringBuilder("<code>");
        foreach (var character in clean)
        {
            _ = char.IsAscii(character) && !char.IsAsciiLetterOrDigit(character) && character != ' '
                ? result.Append(CultureInfo.InvariantCulture, $"&#{(int)character};")
                : result.Append(character);
        }

        return new MarkdownText(result.Append("</code>").ToString());
    }

    private static void AppendWord(StringBuilder result, string word)
    {
        for (var at = 0; at < word.Length; at++)
        {
            _ = word[at] switch
            {
                '&' => result.Append("&amp;"),
                '<' => result.Append("&lt;"),
                '>' => result.Append("&gt;"),
                var letter => result.Append(IsActive(word, at) ? "\\" : "").Append(letter),
            };
        }
    }

    // A dash or a number before a full stop begins a list where a line begins; underscores and stars work anywhere.
    private static bool IsActive(string word, int at) => word[at] switch
    {
        '_' or '*' or '~' => true,
        ':' => at == 0,
        '-' or '+' or '=' => at == 0 || word[at - 1] == word[at],
        '.' or ')' => at > 0 && at == word.Length - 1 && char.IsAsciiDigit(word[at - 1]),
        _ => false,
    };

    /// <summary>Letters of any script, digits, and punctuation that begins nothing; a colon only at the end.</summary>
    [GeneratedRegex(@"^[\p{L}\p{M}\p{Nd}.,;'()%/_\-*+=~!?<>&""−–—·×±→≥≤…]*:?$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Harmless();

    /// <summary>What GitHub would make a link of all the same.</summary>
    [GeneratedRegex(@"www\.|gh-[0-9]|\b[0-9a-f]{7,}\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Linked();
}

/// <summary>Collects Markdown. Strings in the holes of an interpolated string are escaped; <see cref="MarkdownText"/> is not.</summary>
internal sealed class MarkdownWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends literal Markdown with escaped holes and ends the line.</summary>
    public MarkdownWriter Line([InterpolatedStringHandlerArgument("")] ref Holes markdown)
    {
        _ = markdown;
        _text.Append('\n');
        return this;
    }

    /// <summary>Appends literal Markdown with escaped holes.</summary>
    public MarkdownWriter Add([InterpolatedStringHandlerArgument("")] ref Holes markdown)
    {
        _ = markdown;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>The holes of the interpolated strings.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Holes
    {
        private readonly StringBuilder _text;

        public Holes(int literalLength, int formattedCount, MarkdownWriter writer)
        {
            _ = literalLength + formattedCount;
            _text = writer._text;
        }

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(MarkdownText safe) => _text.Append(safe.Source);

        public void AppendFormatted(string text) => _text.Append(MarkdownText.Escape(text).Source);

        public void AppendFormatted(int number) => _text.Append(CultureInfo.InvariantCulture, $"{number:N0}");
    }
}
