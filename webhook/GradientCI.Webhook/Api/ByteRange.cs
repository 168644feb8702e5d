using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;

namespace GradientCI.Webhook.Api;

/// <summary>The part of a file that is asked for.</summary>
/// <param name="From">The first byte.</param>
/// <param name="Length">How many.</param>
internal sealed record ByteRange(long From, long Length)
{
    /// <summary>Reads the header Range; several ranges at once, and what is no range of bytes, count as none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="length">The file's length.</param>
    /// <returns>The range within the file; a length of 0 when the file has none of it; null for the whole file.</returns>
    public static ByteRange? Of(HttpRequest request, long length)
    {
        if (new RequestHeaders(request.Headers).Range is not { Unit.Value: "bytes" or "Bytes", Ranges.Count: 1 } header)
        {
            return null;
        }

        var (from, to) = header.Ranges.Single() is var range && range.From is { } start
            ? (start, Math.Min(range.To ?? long.MaxValue, length - 1))
            : (Math.Max(0, length - (range.To ?? 0)), length - 1);
        return from <= to ? new ByteRange(from, to - from + 1) : new ByteRange(from, 0);
    }
}
