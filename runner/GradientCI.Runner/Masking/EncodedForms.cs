namespace GradientCI.Runner.Masking;

/// <summary>Bytes as base64, wherever in a longer text they stand, and as hexadecimal digits.</summary>
internal static class EncodedForms
{
    // MIME's and PEM's lines: what base64 and openssl break a long text into.
    private static readonly int[] LineLengths = [76, 64];

    public static IEnumerable<string> Of(byte[] bytes)
    {
        foreach (var form in Base64(bytes))
        {
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }

        yield return Convert.ToHexString(bytes);
        yield return Convert.ToHexStringLower(bytes);
    }

    private static IEnumerable<string> Base64(byte[] bytes)
    {
        var whole = Convert.ToBase64String(bytes);
        yield return whole;
        yield return whole.TrimEnd('=');
        for (var shift = 0; shift < 3; shift++)
        {
            yield return Within(bytes, shift);
        }

        foreach (var length in LineLengths.Where(length => whole.Length > length))
        {
            foreach (var line in whole.Chunk(length))
            {
                yield return new string(line);
            }
        }
    }

    // The digits that hold bits of these bytes only: those at the ends change with what stands before and behind.
    private static string Within(byte[] bytes, int shift)
    {
        var digits = Convert.ToBase64String([.. new byte[shift], .. bytes]);
        var (first, last) = (shift == 0 ? 0 : shift + 1, (shift + bytes.Length) * 8 / 6);
        return digits[first..last];
    }
}
