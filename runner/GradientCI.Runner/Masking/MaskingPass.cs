using System.Buffers;

namespace GradientCI.Runner.Masking;

/// <summary>One text on its way through a masker. What comes out does not depend on how the text was cut into pieces.</summary>
/// <remarks>
/// Bytes that may be the beginning of a secret are held back until it is clear, at most as many as the longest form has. Secrets
/// that overlap or touch become one mark.
/// </remarks>
public sealed class MaskingPass
{
    private static readonly byte[] Mark = "***"u8.ToArray();

    private readonly NeedleAutomaton? _needles;
    private readonly List<(long From, long To)> _found = [];
    private byte[] _held = [];
    private int _heldCount;
    private int _state;
    private long _position;
    private long _maskedTo = -1;

    internal MaskingPass(NeedleAutomaton? needles) => _needles = needles;

    /// <summary>How many bytes are held back.</summary>
    public int Held => _heldCount;

    /// <summary>Takes the next piece, and hands on what is clear.</summary>
    public void Write(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        if (_needles is null)
        {
            output.Write(input);
            return;
        }

        Find(_needles, input);
        _position += input.Length;
        HandOn(_position - _needles.Depth[_state], input, output);
    }

    /// <summary>Hands on the rest: nothing comes any more.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        HandOn(_position, [], output);
        _state = 0;
    }

    private void Find(NeedleAutomaton needles, ReadOnlySpan<byte> input)
    {
        var (state, longest) = (_state, needles.Longest);
        for (var at = 0; at < input.Length; at++)
        {
            state = needles.Next(state, input[at]);
            if (longest[state] != 0)
            {
                var end = _position + at + 1;
                Note(end - longest[state], end);
            }
        }

        _state = state;
    }

    private void Note(long from, long to)
    {
        while (_found.Count > 0 && _found[^1].To >= from)
        {
            from = Math.Min(from, _found[^1].From);
            _found.RemoveAt(_found.Count - 1);
        }

        _found.Add((from, to));
    }

    // No needle that is found later can begin before the clear place: a state is the longest beginning there is.
    private void HandOn(long clear, ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        var first = _position - input.Length - _heldCount;
        var at = Math.Min(Math.Max(first, _maskedTo), clear);
        var done = 0;
        while (done < _found.Count && _found[done].From < clear)
        {
            var (from, to) = _found[done++];
            if (from > _maskedTo)
            {
                Copy(at, from, input, output);
                output.Write(Mark);
            }

            _maskedTo = Math.Max(_maskedTo, to);
            at = Math.Min(_maskedTo, clear);
        }

        _found.RemoveRange(0, done);
        Copy(at, clear, input, output);
        Hold(clear, input);
    }

    private void Copy(long from, long to, ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        var start = _position - input.Length;
        if (from < start && from < to)
        {
            var end = Math.Min(to, start);
            output.Write(_held.AsSpan((int)(from - start) + _heldCount, (int)(end - from)));
            from = end;
        }

        if (from < to)
        {
            output.Write(input[(int)(from - start)..(int)(to - start)]);
        }
    }

    private void Hold(long clear, ReadOnlySpan<byte> input)
    {
        var count = (int)(_position - clear);
        var fromInput = Math.Min(count, input.Length);
        var kept = count - fromInput;
        if (_held.Length < count)
        {
            var larger = new byte[Math.Max(count, _held.Length * 2)];
            _held.AsSpan(_heldCount - kept, kept).CopyTo(larger);
            _held = larger;
        }
        else
        {
            _held.AsSpan(_heldCount - kept, kept).CopyTo(_held);
        }

        input[^fromInput..].CopyTo(_held.AsSpan(kept));
        _heldCount = count;
    }
}
