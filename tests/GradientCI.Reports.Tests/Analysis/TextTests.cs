using GradientCI.Reports.Formats.Markdown;

namespace GradientCI.Reports.Analysis;

public sealed class TextTests
{
    [Theory]
    [InlineData("  a\t b\r\n c ", "a b c")]
    [InlineData("ab\u202Ecd\u200B\uFEFF", "abcd")]
    [InlineData("漢字 é", "漢字 é")]
    [InlineData("", "")]
    public void Plain_text_is_one_visible_line(string text, string expected) => PlainText.Of(text).ShouldBe(expected);

    [Fact]
    public void Half_a_character_is_replaced() => PlainText.Of(string.Concat('\uD800', 'x')).ShouldBe("\uFFFDx");

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        PlainText.Of("👾👾👾", 5).ShouldBe("👾👾…");
        PlainText.Of(new string('a', 300), 10).ShouldBe("aaaaaaaaaa…");
    }

    [Theory]
    [InlineData("Raise the learning rate", "Raise the learning rate")]
    [InlineData("Fix #12 by @ada: done", "Fix `#12` by `@ada:` done")]
    [InlineData("val_acc is 0.93 < 0.95", @"val\_acc is 0.93 &lt; 0.95")]
    [InlineData("see https://x.y and deadbeef", "see `https://x.y` and `deadbeef`")]
    [InlineData("succeeded", "succeeded")]
    [InlineData("1. first", @"1\. first")]
    [InlineData("a|b", "<code>a&#124;b</code>")]
    public void Prose_stays_readable(string text, string expected) => MarkdownText.Escape(text).Source.ShouldBe(expected);

    [Theory]
    [InlineData("lr=0.1", "`lr=0.1`")]
    [InlineData("a`b|c", "<code>a&#96;b&#124;c</code>")]
    [InlineData("\u200B", "(empty)")]
    public void Code_cannot_be_left(string text, string expected) => MarkdownText.Code(text).Source.ShouldBe(expected);
}
