using System.Globalization;
using System.Text;
using System.Text.Json;
using GradientCI.Runner.Ingestion;

namespace GradientCI.Runner.Tests.Ingestion;

public sealed class MetricLineParserTests
{
    [Theory]
    [InlineData("""{"chart": "loss", "y": 0.41, "x": 10}""", "loss 10=0.41")]
    [InlineData("""{"x":10,"y":0.41,"chart":"loss"}""", "loss 10=0.41")]
    [InlineData("""  {"chart" : "loss" , "y" : 1 }  """, "loss ?=1")]
    [InlineData("""{"chart": "loss", "y": 1, "x": null}""", "loss ?=1")]
    [InlineData("""{"chart": "loss", "y": 1, "step": 7}""", "loss 7=1")]
    [InlineData("""{"chart": "loss", "y": 1, "x": 3, "step": 7}""", "loss 3=1")]
    [InlineData("""{"metrics": {"loss": 0.4, "acc": 0.9}, "step": 10}""", "loss 10=0.4, acc 10=0.9")]
    [InlineData("""{"step": 10, "metrics": {"loss": 0.4}}""", "loss 10=0.4")]
    [InlineData("""{"metrics": {"loss": 0.4}}""", "loss ?=0.4")]
    [InlineData("""{"metrics": {"loss": 0.4, "note": "good", "ok": true, "deep": {"a": 1}}}""", "loss ?=0.4")]
    [InlineData("""{"chart": "loss", "y": 1, "extra": [1, {"a": [true, null, "x\n"]}], "more": "…"}""", "loss ?=1")]
    [InlineData("""{"chart": "loss", "y": 1, "y": 2}""", "loss ?=2")]
    [InlineData("""{"chart": "a\"b\\c\/d", "y": 1}""", """a"b\c/d ?=1""")]
    [InlineData("""{"chart": "\u00e4\ud83d\ude00", "y": 1}""", "ä😀 ?=1")]
    [InlineData("\uFEFF{\"chart\": \"loss\", \"y\": 1}", "loss ?=1")]
    public void TryParse_Point_IsTaken(string line, string expected) => Parse(line).ShouldBe(expected);

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("nan", double.NaN)]
    [InlineData("inf", double.PositiveInfinity)]
    [InlineData("-inf", double.NegativeInfinity)]
    [InlineData("\"NaN\"", double.NaN)]
    [InlineData("\"Infinity\"", double.PositiveInfinity)]
    [InlineData("\"-inf\"", double.NegativeInfinity)]
    [InlineData("1e400", double.PositiveInfinity)]
    [InlineData("-0.0", -0.0)]
    [InlineData("5E-324", double.Epsilon)]
    [InlineData("0.1", 0.1)]
    [InlineData("123456789012345678901234567890", 123456789012345678901234567890d)]
    public void TryParse_Number_IsTheNearestDouble(string text, double expected)
    {
        var parser = new MetricLineParser();

        parser.TryParse(Encoding.UTF8.GetBytes($$"""{"chart": "loss", "y": {{text}}}""")).ShouldBeTrue();

        BitConverter.DoubleToInt64Bits(parser.Points.Value(0)).ShouldBe(BitConverter.DoubleToInt64Bits(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Epoch 1: loss 0.4")]
    [InlineData("{}")]
    [InlineData("""{"chart": "loss"}""")]
    [InlineData("""{"y": 1}""")]
    [InlineData("""{"chart": "loss", "y": "0.5"}""")]
    [InlineData("""{"chart": "loss", "y": true}""")]
    [InlineData("""{"chart": "loss", "y": null}""")]
    [InlineData("""{"chart": "loss", "y": [1]}""")]
    [InlineData("""{"chart": 5, "y": 1}""")]
    [InlineData("""{"chart": "loss", "y": 1, "x": "10"}""")]
    [InlineData("""{"chart": "loss", "y": 1, "x": NaN}""")]
    [InlineData("""{"chart": "loss", "y": 1, "x": true}""")]
    [InlineData("""{"chart": "loss", "y": 01}""")]
    [InlineData("""{"chart": "loss", "y": .5}""")]
    [InlineData("""{"chart": "loss", "y": 1.}""")]
    [InlineData("""{"chart": "loss", "y": +1}""")]
    [InlineData("""{"chart": "loss", "y": 1e}""")]
    [InlineData("""{"chart": "loss", "y": -}""")]
    [InlineData("""{"chart": "loss", "y": 0x10}""")]
    [InlineData("""{"chart": "loss", "y": 1,}""")]
    [InlineData("""{"chart": "loss", "y": 1""")]
    [InlineData("""{"chart": "loss", "y": 1} tail""")]
    [InlineData("""{"chart": "loss", "y": 1}{"chart": "loss", "y": 2}""")]
    [InlineData("""{"chart": "lo\qss", "y": 1}""")]
    [InlineData("""{'chart': 'loss', 'y': 1}""")]
    [InlineData("{\"chart\": \"loss\", \"y\": 1\0}")]
    [InlineData("{\"chart\": \"loss\", \"y\": 1}\0")]
    [InlineData("\u001b[32m{\"chart\": \"loss\", \"y\": 1}\u001b[0m")]
    [InlineData("""{"metrics": {}, "step": 1}""")]
    [InlineData("""{"metrics": {"ok": true}}""")]
    [InlineData("""{"metrics": 5}""")]
    [InlineData("""{"step": 3, "loss": 0.4}""")]
    [InlineData("""[{"chart": "loss", "y": 1}]""")]
    public void TryParse_AnythingElse_IsText(string line) => Parse(line).ShouldBe("text");

    [Theory]
    [InlineData("""{"step": 3, "loss": 0.4, "acc": 0.9}""", "loss 3=0.4, acc 3=0.9")]
    [InlineData("""{"epoch": 1, "step": 30, "loss": 0.4}""", "loss 30=0.4")]
    [InlineData("""{"epoch": 1, "loss": 0.4, "name": "a"}""", "loss 1=0.4")]
    [InlineData("""{"iteration": 2, "epoch": 1, "y": 0.4}""", "y 2=0.4")]
    [InlineData("""{"loss": 0.4}""", "loss ?=0.4")]
    [InlineData("""{"chart": "loss", "y": 1, "lr": 0.1}""", "loss ?=1")]
    [InlineData("""{"epoch": 3}""", "text")]
    [InlineData("""{"loss": 0.4, "step": "three"}""", "text")]
    public void TryParse_FlatRow_IsTakenFromFiles(string line, string expected) => Parse(line, takesFlatRows: true).ShouldBe(expected);

    [Fact]
    public void TryParse_DeepNesting_IsText()
    {
        var deep = new string('[', 100_000);

        Parse($$"""{"chart": "loss", "y": 1, "z": {{deep}}""").ShouldBe("text");
        Parse($$"""{"chart": "loss", "y": 1, "z": {{deep}}{{deep.Replace('[', ']')}}}""").ShouldBe("text");
        Parse($$"""{"chart": "loss", "y": 1, "z": [[[[]]]]}""").ShouldBe("loss ?=1");
    }

    [Fact]
    public void TryParse_InvalidUtf8InAnotherString_KeepsThePoint()
    {
        byte[] line = [.. """{"note": " """u8, 0xFF, 0xFE, .. """ ", "chart": "loss", "y": 1}"""u8];

        new MetricLineParser().TryParse(line).ShouldBeTrue();
    }

    [Fact]
    public void TryParse_RandomNumbers_AgreeWithTheRuntime()
    {
        var random = new Random(7);
        var parser = new MetricLineParser();
        for (var i = 0; i < 20_000; i++)
        {
            var text = RandomNumber(random);

            parser.TryParse(Encoding.UTF8.GetBytes($$"""{"chart": "a", "y": {{text}}}""")).ShouldBeTrue(text);

            parser.Points.Value(0).ShouldBe(double.Parse(text, CultureInfo.InvariantCulture), text);
        }
    }

    [Fact]
    public void TryParse_MutatedLines_NeverThrowAndNeverTakeWhatIsNoJson()
    {
        var random = new Random(11);
        var parser = new MetricLineParser(takesFlatRows: true);
        var seed = """{"metrics": {"lo\u00e4ss": 0.4e-1, "b": [1, {"c": null}]}, "step": 10, "chart": "x", "y": -12.5}"""u8.ToArray();
        var alphabet = "\"\\{}[]:,0123456789.eE+-truefalsn \0\u0001"u8.ToArray();
        var taken = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var line = seed.ToArray();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
            {
                line[random.Next(line.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            var length = random.Next(4) == 0 ? random.Next(line.Length) : line.Length;
            if (!parser.TryParse(line.AsSpan(0, length)))
            {
                continue;
            }

            taken++;
            Should.NotThrow(() => JsonDocument.Parse(line.AsMemory(0, length)).Dispose(), Encoding.UTF8.GetString(line));
        }

        taken.ShouldBeGreaterThan(100);
    }

    private static string RandomNumber(Random random) => random.Next(4) switch
    {
        0 => BitConverter.Int64BitsToDouble(random.NextInt64(long.MaxValue)) is var any && double.IsFinite(any) ? any.ToString("R", CultureInfo.InvariantCulture) : "1",
        1 => (random.NextDouble() * 2 - 1).ToString("R", CultureInfo.InvariantCulture),
        2 => random.NextInt64(-1_000_000, 1_000_000).ToString(CultureInfo.InvariantCulture),
        _ => $"{random.NextInt64()}.{random.NextInt64()}e{random.Next(-400, 300)}",
    };

    private static string Parse(string line, bool takesFlatRows = false)
    {
        var parser = new MetricLineParser(takesFlatRows);
        if (!parser.TryParse(Encoding.UTF8.GetBytes(line)))
        {
            return "text";
        }

        return string.Join(", ", Enumerable.Range(0, parser.Points.Count)
            .Select(i => $"{Encoding.UTF8.GetString(parser.Points.Name(i))} {(parser.X is { } x ? $"{x:R}" : "?")}={parser.Points.Value(i):R}"));
    }
}
