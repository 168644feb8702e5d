using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using GradientCI.Runner.Masking;

namespace GradientCI.Runner.Tests.Masking;

/// <summary>What programs make of secrets, by encoders that know nothing of the masker, in texts that come in pieces: none of it comes out.</summary>
/// <remarks>GRADIENTCI_FUZZ says how many cases; a build has time for few.</remarks>
public sealed class MaskingFuzzTests
{
    private const string Simple = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string Odd = "aZ0 '\"\\/+=&<>%$`!()*~#;:,.?@[]{}|^_-\töß€\U0001F512";
    private const string Filler = "xyz 01.\n{}=\"";
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("GRADIENTCI_FUZZ"), out var cases) ? cases : 4_000;
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // A part of a text as a program writes it, and how much of it is the secret's alone.
    private static readonly Func<string, Random, (string Text, string Core)>[] Writers =
    [
        (part, _) => (part, part),
        (part, random) => Within(part, random, text => JsonSerializer.Serialize(text)[1..^1]),
        (part, random) => Within(part, random, text => JsonSerializer.Serialize(text, Relaxed)[1..^1]),
        (part, random) => Within(part, random, AsGo),
        (part, random) => Within(part, random, Uri.EscapeDataString),
        (part, random) => Within(part, random, text => WebUtility.UrlEncode(text)),
        (part, random) => Within(part, random, text => WebUtility.HtmlEncode(text)),
        (part, random) => Within(part, random, text => text.Replace("'", "'\\''", StringComparison.Ordinal)),
        (part, random) => Within(part, random, text => Convert.ToHexString(Encoding.UTF8.GetBytes(text))),
        (part, random) => Within(part, random, text => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text))),
        (part, random) => InBase64(part, random, digits => digits),
        (part, random) => InBase64(part, random, digits => digits.Replace('+', '-').Replace('/', '_').TrimEnd('=')),
    ];

    [Fact]
    public void However_programs_write_secrets_none_comes_out() => Parallel.For(0, Cases, seed =>
    {
        var random = new Random(seed);
        var secrets = Secrets(random);
        var (text, cores) = (new StringBuilder(), new List<string>());
        for (var count = 1 + random.Next(6); count > 0; count--)
        {
            var secret = secrets[random.Next(secrets.Count)];
            var lines = secret.Split('\n').Where(line => Encoding.UTF8.GetByteCount(line) >= SecretForms.Shortest).ToArray();
            var part = lines.Length > 1 && random.Next(2) == 0 ? lines[random.Next(lines.Length)] : secret;
            var (written, core) = Writers[random.Next(Writers.Length)](part, random);
            text.Append(Some(random, Filler, random.Next(20))).Append(written);
            cores.Add(core);
        }

        var masked = InPieces(secrets, text.ToString(), random);

        cores.Where(core => masked.Contains(core, StringComparison.Ordinal)).ShouldBeEmpty($"seed {seed}");
    });

    private static List<string> Secrets(Random random)
    {
        List<string> secrets = [];
        for (var count = 1 + random.Next(4); count > 0; count--)
        {
            secrets.Add(random.Next(5) switch
            {
                0 => Some(random, "0123456789", 8 + random.Next(12)),
                1 => Some(random, Odd, 8 + random.Next(24)),
                2 => string.Join('\n', Enumerable.Range(0, 2 + random.Next(3)).Select(_ => Some(random, Simple + "+/=", 8 + random.Next(60)))),
                3 when secrets.Count > 0 => secrets[^1] + Some(random, Simple, 1 + random.Next(12)),
                _ => Some(random, Simple, 8 + random.Next(56)),
            });
        }

        // White space at the ends is trimmed by whoever sets them.
        return [.. secrets.Select(secret => secret.Trim()).Where(secret => Encoding.UTF8.GetByteCount(secret) >= SecretForms.Shortest).DefaultIfEmpty("0123456789abcdef")];
    }

    private static (string Text, string Core) Within(string part, Random random, Func<string, string> write) =>
        (write(Some(random, Filler, random.Next(5)) + part + Some(random, Filler, random.Next(5))), write(part));

    // What Go's encoding/json writes.
    private static string AsGo(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal)
        .Replace("&", "\\u0026", StringComparison.Ordinal).Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal);

    // Digits at the ends hold bits of what stands beside, too.
    private static (string Text, string Core) InBase64(string part, Random random, Func<string, string> dialect)
    {
        var (before, bytes, after) = (random.Next(6), Encoding.UTF8.GetBytes(part), random.Next(6));
        var digits = dialect(Convert.ToBase64String([.. Encoding.UTF8.GetBytes(Some(random, Simple, before)), .. bytes, .. Encoding.UTF8.GetBytes(Some(random, Simple, after))]));
        return (digits, digits[(((before * 8) + 5) / 6)..((before + bytes.Length) * 8 / 6)]);
    }

    private static string InPieces(IReadOnlyCollection<string> secrets, string text, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var output = new ArrayBufferWriter<byte>();
        var pass = new SecretMasker(secrets).Begin();
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(random.Next(40), bytes.Length - at);
            pass.Write(bytes.AsSpan(at, count), output);
            at += count;
        }

        pass.Finish(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    // By runes, so that no half of one is left.
    private static string Some(Random random, string letters, int length)
    {
        var runes = letters.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, length).Select(_ => runes[random.Next(runes.Length)].ToString()));
    }
}
