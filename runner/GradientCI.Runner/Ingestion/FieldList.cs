using System.Runtime.InteropServices;

namespace GradientCI.Runner.Ingestion;

/// <summary>Named numbers of one line or row; used over and over, so that a line costs no allocation.</summary>
internal sealed class FieldList
{
    private byte[] _names = new byte[256];
    private Field[] _fields = new Field[8];
    private int _used;

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Name(int index) => _names.AsSpan(_fields[index].Start, _fields[index].Length);

    public double Value(int index) => _fields[index].Value;

    public void Clear() => (Count, _used) = (0, 0);

    /// <summary>Adds a name as it stands in JSON between quotes; one that cannot be unescaped becomes empty, which no metric is called.</summary>
    public void Add(ReadOnlySpan<byte> name, bool isEscaped, double value)
    {
        while (_used + name.Length > _names.Length)
        {
            Array.Resize(ref _names, _names.Length * 2);
        }

        if (Count == _fields.Length)
        {
            Array.Resize(ref _fields, Count * 2);
        }

        var length = name.Length;
        var destination = _names.AsSpan(_used);
        if (isEscaped)
        {
            length = Math.Max(0, JsonEscapes.Unescape(name, destination));
        }
        else
        {
            name.CopyTo(destination);
        }

        _fields[Count++] = new Field(_used, length, value);
        _used += length;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Field(int Start, int Length, double Value);
}
