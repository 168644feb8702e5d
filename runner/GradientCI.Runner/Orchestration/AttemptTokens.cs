using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Experiments;
using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Orchestration;

/// <summary>Tokens with which an attempt can add points to its own trial, <c>$GRADIENT_TOKEN</c>: derived from a secret, so none is kept.</summary>
public sealed class AttemptTokens
{
    /// <summary>The variable that an attempt finds its own in.</summary>
    public const string Variable = "GRADIENT_TOKEN";

    private const string Prefix = "gct_";
    private readonly byte[] _key;

    private AttemptTokens(byte[] key) => _key = key;

    /// <summary>Reads the secret, or makes it at first use.</summary>
    /// <exception cref="GradientException">It cannot be read or made, or is none.</exception>
    public static AttemptTokens Open(DataFolder data) => new(SecretFile.Open(data.AttemptKey));

    /// <summary>The same; null where no service has ever been that could be asked.</summary>
    public static AttemptTokens? Find(DataFolder data) => File.Exists(data.AttemptKey) ? Open(data) : null;

    /// <summary>The token of an attempt: <c>gct_</c>, the attempt's number, and what nobody else can say.</summary>
    public string Of(AttemptId attempt)
    {
        var name = $"{attempt.Trial.Run.Project}/{attempt.Trial.Run.Experiment}/{attempt.Trial.Run.Number}/{attempt.Trial.Number}/{attempt.Number}";
        return $"{Prefix}{attempt.Number}_{Base64Url.EncodeToString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(name)))}";
    }

    /// <summary>The attempt of a trial whose token a text is, or null; takes the same time wherever it differs.</summary>
    public AttemptId? Find(TrialId trial, string text)
    {
        var parts = text.Split('_', 3);
        return parts.Length == 3 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && new AttemptId(trial, number) is var attempt
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Of(attempt)), Encoding.UTF8.GetBytes(text))
                ? attempt
                : null;
    }
}
