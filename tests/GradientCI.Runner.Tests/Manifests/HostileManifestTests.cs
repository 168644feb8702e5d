using System.Text;
using GradientCI.Runner.Manifests;

namespace GradientCI.Runner.Tests.Manifests;

public sealed class HostileManifestTests
{
    private const long MostBytes = 50_000_000;

    private static readonly byte[] Syntax = "\n :-[]{},&*!|>'\"%@`#?\\$~0a\t"u8.ToArray();

    public static TheoryData<string, string> Attacks => new()
    {
        { "ten megabytes", new string('#', 10_000_000) },
        { "deep flow lists", new string('[', 60_000) },
        { "deep flow maps", string.Concat(Enumerable.Repeat("{a: ", 15_000)) },
        { "deep block lists", string.Concat(Enumerable.Repeat("- ", 30_000)) },
        { "deep block maps", string.Concat(Enumerable.Range(0, 300).Select(depth => new string(' ', depth) + "a:\n")) },
        { "deep explicit keys", string.Concat(Enumerable.Repeat("? ", 30_000)) },
        { "an unclosed text", "version: \"" + new string('a', 60_000) },
        { "a hundred anchors", string.Concat(Enumerable.Range(0, 5_000).Select(n => $"&a{n} ")) },
        { "many documents", string.Concat(Enumerable.Repeat("---\n", 16_000)) },
        { "many unknown keys", "version: 1\n" + string.Concat(Enumerable.Range(0, 6_000).Select(n => $"k{n}: 1\n")) },
        { "a long unknown key", "version: 1\nexperiments: { a: { command: x, \"" + new string('k', 60_000) + "\": 1 } }" },
        { "long similar keys", "version: 1\nexperiments:\n a:\n  command: x\n" + string.Concat(Enumerable.Range(0, 900).Select(n => $"  {new string('s', 60)}{n}: 1\n")) },
        { "many templates", "version: 1\nexperiments: { a: { command: '" + string.Concat(Enumerable.Repeat("${{ x }} ", 1_500)) + "' } }" },
        { "open templates", "version: 1\nexperiments: { a: { command: '" + string.Concat(Enumerable.Repeat("${{", 5_000)) + "' } }" },
        { "a huge grid", "version: 1\nexperiments:\n a:\n  command: x\n  sweep:\n   parameters:\n" + string.Concat(Enumerable.Range(0, 50).Select(n => $"    p{n}: {{ int: [1, 50] }}\n")) },
        { "a huge conditional grid", "version: 1\nexperiments:\n a:\n  command: x\n  sweep:\n   parameters:\n    p0: [1, 2]\n" + string.Concat(Enumerable.Range(1, 99).Select(n => $"    p{n}: {{ int: [1, 2], when: {{ p{n - 1}: [1, 2] }} }}\n")) },
        { "conditions of one value", "version: 1\nexperiments:\n a:\n  command: x\n  sweep:\n   parameters:\n" + string.Concat(Enumerable.Range(0, 14).Select(n => $"    q{n}: [1, 2]\n")) + string.Concat(Enumerable.Range(0, 86).Select(n => $"    p{n}: {{ choice: [1], when: {{ {string.Join(", ", Enumerable.Range(0, 14).Select(q => $"q{q}: [1, 2]"))} }} }}\n")) },
        { "defaults times experiments", "version: 1\ndefaults: { env: { " + string.Join(", ", Enumerable.Range(0, 100).Select(n => $"A{n}: \"1\"")) + ", }, inputs: [" + string.Join(", ", Enumerable.Range(0, 6_000).Select(n => $"f{n}")) + "] }\nexperiments: { " + string.Join(", ", Enumerable.Range(0, 100).Select(n => $"e{n}: {{ command: x }}")) + " }" },
        { "many patterns", "version: 1\nexperiments: { a: { command: x, metrics: { " + string.Join(", ", Enumerable.Range(0, 1_200).Select(n => $"m{n}: {{ pattern: '(a|b|c{n})*x' }}")) + " } } }" },
    };

    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_attack_is_refused_in_little_memory(string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        _ = ManifestParser.Parse(bytes, name);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var result = ManifestParser.Parse(bytes, name);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostBytes);
        result.HasErrors.ShouldBeTrue();
        result.Diagnostics.Length.ShouldBeInRange(1, 101);
        result.Diagnostics.ShouldAllBe(one => one.Line >= 1 && one.Column >= 1 && one.Message.Length < 1_000);
    }

    [Fact]
    public void Of_more_than_a_hundred_findings_the_rest_is_counted()
    {
        var result = Yaml.Parse("version: 1\n" + string.Concat(Enumerable.Range(0, 150).Select(n => $"k{n}: 1\n")) + "experiments: { a: { command: x } }\n");

        result.Diagnostics.Length.ShouldBe(101);
        result.Diagnostics[^1].ToString().ShouldBe(".gradient.yml:102:1: error GCI0009: 50 more findings are not shown (mend the first ones and try again)");
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x0A, 0x62, 0xFF }, 2, 2)]
    [InlineData(new byte[] { 0xC0, 0x80 }, 1, 1)]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, 1, 1)]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0x00 }, 1, 1)]
    [InlineData(new byte[] { 0x61, 0x00 }, 1, 2)]
    [InlineData(new byte[] { 0x61, 0x1B }, 1, 2)]
    [InlineData(new byte[] { 0x23, 0xE2, 0x80, 0xA8 }, 1, 2)]
    public void Bytes_that_are_no_text_are_refused_with_their_place(byte[] bytes, int line, int column)
    {
        var diagnostic = ManifestParser.Parse(bytes, "f").Diagnostics.ShouldHaveSingleItem();

        diagnostic.Code.ShouldBe("GCI0002");
        (diagnostic.Line, diagnostic.Column).ShouldBe((line, column));
    }

    [Fact]
    public void Random_bytes_and_broken_manifests_never_throw()
    {
        var random = new Random(20_261_121);
        var whole = Encoding.UTF8.GetBytes(RepositoryFiles.Read("docs/gradient-yml.md").Split("```yaml unserved\n")[1].Split("```")[0]);
        var broken = 0;

        for (var round = 0; round < 3_000; round++)
        {
            var bytes = round % 10 == 0 ? new byte[random.Next(200)] : (byte[])whole.Clone();
            if (round % 10 == 0)
            {
                random.NextBytes(bytes);
            }

            for (var change = random.Next(1, 6); change > 0 && bytes.Length > 0; change--)
            {
                var at = random.Next(bytes.Length);
                bytes = random.Next(3) switch
                {
                    0 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]],
                    1 => [.. bytes[..at], Syntax[random.Next(Syntax.Length)], .. bytes[at..]],
                    _ => [.. bytes[..at], .. bytes.Skip(random.Next(bytes.Length)).Take(10), .. bytes[at..]],
                };
            }

            var result = ManifestParser.Parse(bytes, "f", ServedKeys.All);

            result.Diagnostics.Length.ShouldBeLessThanOrEqualTo(101);
            broken += result.HasErrors ? 1 : 0;
        }

        broken.ShouldBeInRange(1_500, 2_999);
    }
}
