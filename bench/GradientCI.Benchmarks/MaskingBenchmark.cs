using System.Buffers;
using System.Diagnostics;
using System.Text;
using GradientCI.Runner.Masking;

namespace GradientCI.Benchmarks;

/// <summary>The masker alone, on one core, against a copy of the same bytes and a replacement of each form in turn.</summary>
internal static class MaskingBenchmark
{
    private const int Bar = 100;
    private const int Block = 1 << 16;

    public static void Run(int megabytes)
    {
        Console.WriteLine($"{"text",-8} {"secrets",7} {"forms",6} {"copy",10} {"masker",10} {"in turn",10}   MB/s, best of 3; the bar is {Bar} with 50 secrets");
        foreach (var shape in (string[])["log", "base64", "leaky"])
        {
            foreach (var count in (int[])[1, 10, 50])
            {
                var random = new Random(count);
                string[] secrets = [.. Enumerable.Range(0, count).Select(_ => Convert.ToBase64String(Bytes(random, 30)))];
                var text = Text(shape, secrets, random, megabytes);
                var masker = new SecretMasker(secrets);
                var copy = Best(text.Length, () => Pass(text, SecretMasker.None));
                var masked = Best(text.Length, () => Pass(text, masker));
                Console.WriteLine($"{shape,-8} {count,7} {SecretForms.Of(secrets).Count,6} {copy,10:N0} {masked,10:N0} {InTurn(text, secrets),10:N1}   {(masked >= Bar ? "reached" : "MISSED")}");
            }
        }
    }

    private static byte[] Text(string shape, string[] secrets, Random random, int megabytes)
    {
        var text = new StringBuilder();
        for (var line = 0; text.Length < megabytes << 20; line++)
        {
            _ = shape switch
            {
                "base64" => text.AppendLine(Convert.ToBase64String(Bytes(random, 57))),
                "leaky" when line % 10 == 0 => text.AppendLine($"Authorization: Bearer {secrets[random.Next(secrets.Length)]}"),
                _ => text.AppendLine($"2026-11-27 06:52:{line % 60:00} INFO trainer: epoch {line / 100} step {line} loss={random.NextDouble():F6} lr=0.0003 images/s={random.Next(900, 999)}"),
            };
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Pass(byte[] text, SecretMasker masker)
    {
        var pass = masker.Begin();
        var output = new ArrayBufferWriter<byte>(2 * Block);
        for (var at = 0; at < text.Length; at += Block)
        {
            pass.Write(text.AsSpan(at, Math.Min(Block, text.Length - at)), output);
            output.ResetWrittenCount();
        }

        pass.Finish(output);
    }

    // As many maskers do it; on the first megabyte, as it is slow.
    private static double InTurn(byte[] text, string[] secrets)
    {
        var part = Encoding.UTF8.GetString(text.AsSpan(0, Math.Min(text.Length, 1 << 20)));
        var forms = SecretForms.Of(secrets).Select(Encoding.UTF8.GetString).ToArray();
        return Best(part.Length, () =>
        {
            var rest = part;
            foreach (var form in forms)
            {
                rest = rest.Replace(form, "***", StringComparison.Ordinal);
            }
        });
    }

    private static double Best(int bytes, Action work) => Enumerable.Range(0, 3).Max(_ =>
    {
        var watch = Stopwatch.StartNew();
        work();
        return bytes / 1e6 / watch.Elapsed.TotalSeconds;
    });

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
