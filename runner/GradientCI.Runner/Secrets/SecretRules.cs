using System.Text;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Masking;

namespace GradientCI.Runner.Secrets;

/// <summary>What may be a secret, and what it may be called.</summary>
public static class SecretRules
{
    /// <summary>The longest value, in bytes.</summary>
    public const int LongestValue = 16 * 1024;

    /// <summary>The most that all secrets of one run may have together, in bytes.</summary>
    public const int MostPerRun = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A name as it is; it is the variable's that a trial finds the value in.</summary>
    /// <exception cref="GradientException">It is none.</exception>
    public static string CheckName(string name) => ManifestNames.ProblemOfVariable(name) is not { } problem ? name
        : throw new GradientException(FailureKind.Usage, $"That is no name for a secret: {problem}.", "Write one such as WANDB_API_KEY.");

    /// <summary>The value that somebody gave, without the line's end behind it.</summary>
    /// <exception cref="GradientException">It is no text, or too short or long to be masked.</exception>
    public static string CheckValue(ReadOnlySpan<byte> given)
    {
        if (given.Length > LongestValue)
        {
            throw new GradientException(FailureKind.Usage, $"The value has more than {LongestValue} bytes.", "Keep the data in a file of its own, and its key as the secret.");
        }

        var text = Decode(given);
        text = text.EndsWith('\n') ? text[..^1] : text;
        text = text.EndsWith('\r') ? text[..^1] : text;
        return Encoding.UTF8.GetByteCount(text.Trim()) >= SecretForms.Shortest ? text
            : throw new GradientException(
                FailureKind.Usage, $"The value has fewer than {SecretForms.Shortest} bytes, and what is so short cannot be masked in logs.", "Take a longer one.");
    }

    private static string Decode(ReadOnlySpan<byte> given)
    {
        try
        {
            var text = Strict.GetString(given);
            return text.Contains('\0') ? throw NoText() : text;
        }
        catch (DecoderFallbackException)
        {
            throw NoText();
        }
    }

    private static GradientException NoText() =>
        new(FailureKind.Usage, "The value is no text in UTF-8, or holds a NUL.", "Encode it with base64, and decode it in the command.");
}
