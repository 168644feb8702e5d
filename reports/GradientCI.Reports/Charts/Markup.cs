using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace GradientCI.Reports.Charts;

/// <summary>Markup that is already safe.</summary>
internal readonly record struct Raw(string Markup);

/// <summary>
/// Collects HTML and SVG. What stands in a hole of an interpolated string is encoded, unless it is <see cref="Raw"/>
/// or a number: there is no other way to get text in, so nothing can be forgotten.
/// </summary>
internal sealed class Markup
{
    private const int LongestText = 4_000;
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);
    private readonly StringBuilder _text = new();

    /// <summary>Appends literal markup with encoded holes.</summary>
    public Markup Add([InterpolatedStringHandlerArgument("")] ref Holes markup)
    {
        _ = markup;
        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>A coordinate: one decimal, which is a tenth of a pixel.</summary>
    public Markup Coordinate(double value)
    {
        var tenths = (long)Math.Round(Math.Clamp(value, -1e6, 1e6) * 10);
        if (tenths < 0)
        {
            _text.Append('-');
            tenths = -tenths;
        }

        _text.Append(tenths / 10);
        if (tenths % 10 != 0)
        {
            _text.Append('.').Append((char)('0' + (tenths % 10)));
        }

        return this;
    }

    /// <summary>The holes of the interpolated strings.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Holes
    {
        private readonly Markup _markup;

        public Holes(int literalLength, int formattedCount, Markup markup)
        {
            _ = literalLength + formattedCount;
            _markup = markup;
        }

        public void AppendLiteral(string literal) => _markup._text.Append(literal);

        public void AppendFormatted(Raw raw) => _markup._text.Append(raw.Markup);

        public void AppendFormatted(string? text) => _markup._text.Append(Encoder.Encode(PlainText.Of(text ?? "", LongestText)));

        public void AppendFormatted(int number) => _markup._text.Append(CultureInfo.InvariantCulture, $"{number}");

        public void AppendFormatted(double coordinate) => _markup.Coordinate(coordinate);
    }
}
