using System.Buffers;

namespace GradientCI.Runner.Masking;

/// <summary>Brings what an attempt prints, without the secrets in it, from a file of its own into the log.</summary>
/// <remarks>
/// The same bytes always become the same bytes of the log. So writing goes on at the right byte after any death, from the log's
/// length alone; and two processes that both think the attempt theirs write the same bytes to the same places. One caller at a time.
/// </remarks>
/// <param name="source">What the attempt prints; it need not be there yet.</param>
/// <param name="log">The log; nothing else writes it.</param>
/// <param name="masker">Knows the secrets.</param>
public sealed class MaskedLog(string source, string log, SecretMasker masker)
{
    private const int Block = 1 << 16;

    private readonly MaskingPass _pass = masker.Begin();
    private readonly ArrayBufferWriter<byte> _clean = new();
    private long _read;
    private long _written;

    /// <summary>Brings over what there is now.</summary>
    /// <param name="isComplete">Whether nothing comes any more.</param>
    /// <exception cref="IOException">The disk is full, or broken. The next call goes on where this one ended.</exception>
    public void Pump(bool isComplete)
    {
        if (!File.Exists(source))
        {
            return;
        }

        using var from = File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var to = File.OpenHandle(log, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var there = RandomAccess.GetLength(to);
        var buffer = ArrayPool<byte>.Shared.Rent(Block);
        try
        {
            WriteTo(to, there);
            for (var end = RandomAccess.GetLength(from); _read < end;)
            {
                var count = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(Block, end - _read)), _read);
                if (count == 0)
                {
                    break;
                }

                _read += count;
                _pass.Write(buffer.AsSpan(0, count), _clean);
                WriteTo(to, there);
            }

            if (isComplete)
            {
                _pass.Finish(_clean);
                WriteTo(to, there);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // What an earlier process brought over is there already.
    private void WriteTo(Microsoft.Win32.SafeHandles.SafeFileHandle to, long there)
    {
        var known = (int)Math.Clamp(there - _written, 0, _clean.WrittenCount);
        RandomAccess.Write(to, _clean.WrittenSpan[known..], _written + known);
        _written += _clean.WrittenCount;
        _clean.ResetWrittenCount();
    }
}
