using System.Buffers;
using System.Text;
using System.Text.Json;
using GradientCI.Runner.Masking;

namespace GradientCI.Runner.Tests.Masking;

public sealed class SecretMaskerTests
{
    private const string Key = "s3cret/To+ken~42 =?";

    [Theory]
    [InlineData("plain s3cret/To+ken~42 =? here", "plain *** here")]
    [InlineData("s3cret/To+ken~42 =?", "***")]
    [InlineData("s3cret/To+ken~42 =?s3cret/To+ken~42 =?", "***")]
    [InlineData("s3cret/To+ken~42 =", "s3cret/To+ken~42 =")]
    [InlineData("s3cret/To+s3cret/To+ken~42 =?", "s3cret/To+***")]
    [InlineData("", "")]
    public void A_secret_becomes_a_mark(string text, string expected) => new SecretMasker([Key]).Mask(text).ShouldBe(expected);

    [Fact]
    public void Secrets_that_begin_alike_are_masked_to_their_ends() =>
        new SecretMasker(["password", "password-of-two"]).Mask("password password-of-two password-of").ShouldBe("*** *** ***-of");

    [Fact]
    public void Secrets_that_overlap_become_one_mark() =>
        new SecretMasker(["abcdefgh", "efghijkl"]).Mask("x abcdefghijkl y").ShouldBe("x *** y");

    [Fact]
    public void What_is_too_short_is_left_alone() => new SecretMasker(["abc", "1234567"]).Mask("abc 1234567").ShouldBe("abc 1234567");

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("ab")]
    [InlineData("user:")]
    public void Base64_is_masked_wherever_in_it_the_secret_stands(string before)
    {
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{Key}, and more"));

        var masked = new SecretMasker([Key]).Mask(text);

        masked.ShouldContain("***");
        masked.Length.ShouldBeLessThan(text.Length - Key.Length);
    }

    [Fact]
    public void Escapes_of_every_kind_are_masked()
    {
        var secret = "it's \"50%\" of $HOME/ö\\n & <more>";
        string[] forms =
        [
            JsonSerializer.Serialize(secret)[1..^1], Uri.EscapeDataString(secret), Uri.EscapeDataString(secret).Replace("%20", "+", StringComparison.Ordinal),
            secret.Replace("'", "'\\''", StringComparison.Ordinal), Convert.ToHexString(Encoding.UTF8.GetBytes(secret)), Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)),
            Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).Replace('+', '-').Replace('/', '_'), System.Net.WebUtility.HtmlEncode(secret),
            "it's \\\"50%\\\" of $HOME/\\u00f6\\\\n & <more>",
        ];

        forms.Select(new SecretMasker([secret]).Mask).ShouldAllBe(masked => masked.Replace("=", "", StringComparison.Ordinal) == "***");
    }

    [Fact]
    public void Each_line_of_a_secret_is_masked()
    {
        var masker = new SecretMasker(["-----BEGIN KEY-----\nMIIEvQIBADANBgkq\r\n  hkiG9w0BAQEFAASC  \n}\n"]);

        masker.Mask("got MIIEvQIBADANBgkq, hkiG9w0BAQEFAASC and }").ShouldBe("got ***, *** and }");
    }

    [Fact]
    public void Texts_within_a_secret_of_JSON_are_masked()
    {
        var masker = new SecretMasker(["""{"type": "short", "private_key": "-----BEGIN-----\nMIIEvQIBADANBgkq\n", "ids": ["0123456789abcdef0"]}"""]);

        masker.Mask("short 0123456789abcdef0 MIIEvQIBADANBgkq").ShouldBe("short *** ***");
    }

    [Fact]
    public void A_long_secret_in_lines_of_base64_is_masked()
    {
        var secret = string.Concat(Enumerable.Range(0, 60).Select(number => $"{number:x4}"));
        var text = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret), Base64FormattingOptions.InsertLineBreaks);

        new SecretMasker([secret]).Mask(text).Replace("\r\n", "", StringComparison.Ordinal).Replace("*", "", StringComparison.Ordinal).ShouldBeEmpty();
    }

    // The alphabet is small, so that there are many false beginnings; no letter of it is in the texts without secrets.
    [Fact]
    public void However_secrets_and_pieces_fall_no_form_comes_out()
    {
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            string[] secrets = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Text(random, "ab+/ '\"\nö", SecretForms.Shortest + random.Next(12)))];
            var forms = SecretForms.Of(secrets).Select(Encoding.UTF8.GetString).ToArray();
            var text = new StringBuilder();
            for (var count = random.Next(12); count > 0; count--)
            {
                var form = forms.Length == 0 ? "" : forms[random.Next(forms.Length)];
                text.Append(random.Next(3) switch { 0 => Text(random, "ab+/ '\"\nö", random.Next(9)), 1 => form[..random.Next(form.Length + 1)], _ => form });
            }

            var masked = InPieces(secrets, text.ToString(), random);

            forms.Where(form => masked.Contains(form, StringComparison.Ordinal)).ShouldBeEmpty($"seed {seed}");
            masked.ShouldBe(new SecretMasker(secrets).Mask(text.ToString()), $"seed {seed}");
        }
    }

    [Fact]
    public void A_text_without_secrets_comes_out_as_it_is()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            string[] secrets = [Text(random, "abcdefgh", 20), Text(random, "abcdefgh", 9)];
            var text = Text(random, "ijklmnop \n{}\"", random.Next(300));

            InPieces(secrets, text, random).ShouldBe(text, $"seed {seed}");
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_come_out_as_they_are()
    {
        var bytes = new byte[10_000];
        new Random(7).NextBytes(bytes);
        var output = new ArrayBufferWriter<byte>();
        var pass = new SecretMasker(["0123456789abcdef"]).Begin();

        pass.Write(bytes, output);
        pass.Finish(output);

        output.WrittenSpan.SequenceEqual(bytes).ShouldBeTrue();
    }

    private static string InPieces(string[] secrets, string text, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var output = new ArrayBufferWriter<byte>();
        var pass = new SecretMasker(secrets).Begin();
        for (var at = 0; at < bytes.Length;)
        {
            var count = Math.Min(random.Next(9), bytes.Length - at);
            pass.Write(bytes.AsSpan(at, count), output);
            at += count;
        }

        pass.Finish(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static string Text(Random random, string letters, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]));
}
