using System.Globalization;

namespace GradientCI.SearchSpaces;

/// <summary>The kind of a hyperparameter's value, as YAML 1.2's core schema reads it.</summary>
public enum ParameterKind
{
    /// <summary>Any text, such as <c>adam</c>.</summary>
    Text,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A double.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,
}

/// <summary>One value of a hyperparameter. Two values are equal when kind and content are.</summary>
public readonly record struct ParameterValue
{
    private readonly string? _text;
    private readonly long _integer;
    private readonly double _number;

    private ParameterValue(ParameterKind kind, string? text, long integer, double number)
    {
        Kind = kind;
        _text = text;
        _integer = integer;
        _number = number;
    }

    /// <summary>What kind of value this is.</summary>
    public ParameterKind Kind { get; }

    /// <summary>A text.</summary>
    public static ParameterValue Of(string text) => new(ParameterKind.Text, text, 0, 0);

    /// <summary>A whole number.</summary>
    public static ParameterValue Of(long integer) => new(ParameterKind.Integer, null, integer, 0);

    /// <summary>A number; negative zero counts as zero.</summary>
    public static ParameterValue Of(double number) => new(ParameterKind.Number, null, 0, number == 0 ? 0 : number);

    /// <summary>A truth value.</summary>
    public static ParameterValue Of(bool boolean) => new(ParameterKind.Boolean, null, boolean ? 1 : 0, 0);

    /// <summary>Whether this is an integer or a number.</summary>
    public bool IsNumeric => Kind is ParameterKind.Integer or ParameterKind.Number;

    /// <summary>The value as a double; booleans are 0 and 1, texts NaN.</summary>
    public double AsDouble => Kind switch
    {
        ParameterKind.Integer or ParameterKind.Boolean => _integer,
        ParameterKind.Number => _number,
        _ => double.NaN,
    };

    /// <summary>The value as a whole number; 0 for texts and numbers.</summary>
    public long AsInteger => _integer;

    /// <summary>Whether this is <c>true</c>.</summary>
    public bool AsBoolean => Kind == ParameterKind.Boolean && _integer != 0;

    /// <summary>The same number as the other kind, 1.0 for 1 and 1 for 1.0; null for all else, and beyond 2⁵³.</summary>
    public ParameterValue? Counterpart => !IsNumeric || !(Math.Abs(AsDouble) <= 1L << 53) ? null
        : Kind == ParameterKind.Integer ? Of((double)_integer)
        : double.IsInteger(_number) ? Of((long)_number)
        : null;

    /// <summary>The shortest text that reads back as the same value: <c>0.01</c>, <c>adam</c>, <c>true</c>.</summary>
    public override string ToString() => Kind switch
    {
        ParameterKind.Integer => _integer.ToString(CultureInfo.InvariantCulture),
        ParameterKind.Number => _number.ToString("R", CultureInfo.InvariantCulture),
        ParameterKind.Boolean => _integer != 0 ? "true" : "false",
        _ => _text ?? "",
    };
}
