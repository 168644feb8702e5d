using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace GradientCI.Runner.Linux;

/// <summary>File names between bytes and text, without loss.</summary>
/// <remarks>
/// Git and Linux know names as bytes. Bytes that are not UTF-8 become the lone surrogates U+DC80 to U+DCFF, as in
/// Python, so that every name survives the way there and back.
/// </remarks>
internal static class PathText
{
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == System.Buffers.OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            }
            else
            {
                text.Append((char)(0xDC00 + bytes[0]));
                consumed = 1;
            }

            bytes = bytes[consumed..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a name, with a zero byte behind them for the C library.</summary>
    public static byte[] EncodeTerminated(string path)
    {
        if (path.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            var plain = new byte[Encoding.UTF8.GetByteCount(path) + 1];
            Encoding.UTF8.GetBytes(path, plain);
            return plain;
        }

        var bytes = new List<byte>(path.Length + 1);
        Span<byte> buffer = stackalloc byte[4];
        for (var at = 0; at < path.Length; at++)
        {
            if (Rune.TryGetRuneAt(path, at, out var rune))
            {
                bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                at += rune.Utf16SequenceLength - 1;
            }
            else
            {
                bytes.Add((byte)(path[at] - 0xDC00));
            }
        }

        bytes.Add(0);
        return [.. bytes];
    }

    public static byte[] Encode(string path) => EncodeTerminated(path)[..^1];

    /// <summary>For people: bytes that are not UTF-8 and control characters are written as <c>\351</c>.</summary>
    public static string Show(string path)
    {
        var text = new StringBuilder(path.Length);
        for (var at = 0; at < path.Length; at++)
        {
            if (Rune.TryGetRuneAt(path, at, out var rune) && !Rune.IsControl(rune))
            {
                text.Append(rune);
                at += rune.Utf16SequenceLength - 1;
            }
            else
            {
                var value = path[at] & 0xFF;
                text.Append(CultureInfo.InvariantCulture, $@"\{value >> 6}{(value >> 3) & 7}{value & 7}");
            }
        }

        return text.ToString();
    }
}
