using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace GradientCI.Runner.Masking;

/// <summary>Puts <c>***</c> in the place of secrets, in whichever of the usual forms they are written.</summary>
/// <remarks>Immutable; any number of texts may be masked at a time. What it finds is said by <see cref="SecretForms"/>.</remarks>
public sealed class SecretMasker
{
    private readonly NeedleAutomaton? _needles;
    private readonly FrozenSet<double> _numbers;

    /// <summary>Masks secrets.</summary>
    /// <param name="values">The values. Those of fewer than <see cref="SecretForms.Shortest"/> bytes cannot be masked.</param>
    public SecretMasker(IReadOnlyCollection<string> values)
    {
        var forms = SecretForms.Of(values);
        _needles = forms.Count == 0 ? null : new NeedleAutomaton(forms);
        _numbers = SecretForms.NumbersOf(values);
    }

    /// <summary>Masks nothing.</summary>
    public static SecretMasker None { get; } = new([]);

    /// <summary>Whether it masks nothing.</summary>
    public bool IsIdle => _needles is null;

    /// <summary>Whether a number is a secret's: whoever shows it in whatever notation shows the secret.</summary>
    public bool Hides(double number) => _numbers.Count > 0 && _numbers.Contains(number);

    /// <summary>Begins with a text that comes in pieces.</summary>
    public MaskingPass Begin() => new(_needles);

    /// <summary>Masks a whole text.</summary>
    public string Mask(string text)
    {
        if (_needles is null)
        {
            return text;
        }

        var output = new ArrayBufferWriter<byte>(text.Length + 16);
        var pass = Begin();
        var bytes = Encoding.UTF8.GetBytes(text);
        pass.Write(bytes, output);
        pass.Finish(output);
        return output.WrittenSpan.SequenceEqual(bytes) ? text : Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
