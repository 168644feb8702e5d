using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Intake;

/// <summary>Reads the bodies of requests whose senders nobody knows yet: no larger, no longer and no more at once than we can bear.</summary>
internal sealed class RequestBodies(TimeProvider time)
{
    /// <summary>The largest body, in bytes: GitHub sends none above 25 MB.</summary>
    public const int Largest = 25 << 20;

    /// <summary>How long a sender may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // What all bodies that are being read or recorded may take together.
    private const long MostAtOnce = 256L << 20;
    private const int Piece = 64 << 10;
    private long _held;

    /// <summary>Reads a body.</summary>
    /// <returns>The bytes, to be let go of.</returns>
    /// <exception cref="RefusedRequestException">It is too large, too slow, cut off, or there are too many.</exception>
    public async Task<HeldBody> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > Largest)
        {
            throw TooLarge();
        }

        using var late = new CancellationTokenSource(Patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        var body = new HeldBody(this);
        var piece = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            while (await context.Request.Body.ReadAsync(piece, enough.Token) is > 0 and var count)
            {
                body.Add(piece.AsSpan(0, count));
            }

            return body;
        }
        catch (Exception problem)
        {
            body.Dispose();
            throw problem switch
            {
                BadHttpRequestException bad => new RefusedRequestException(bad.StatusCode, "The body could not be read."),
                OperationCanceledException when late.IsCancellationRequested => new RefusedRequestException(
                    StatusCodes.Status408RequestTimeout, $"The body took longer than {Patience.TotalSeconds} s."),
                _ => problem,
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static RefusedRequestException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {Largest >> 20} MiB.");

    private void Hold(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) > MostAtOnce)
        {
            Interlocked.Add(ref _held, -bytes);
            throw new RefusedRequestException(StatusCodes.Status503ServiceUnavailable, "Too many large bodies are being read: try again.");
        }
    }

    /// <summary>A body that counts against what is held at once until it is let go of.</summary>
    internal sealed class HeldBody(RequestBodies bodies) : IDisposable
    {
        private readonly MemoryStream _bytes = new();
        private long _held;

        public ReadOnlyMemory<byte> Bytes => _bytes.GetBuffer().AsMemory(0, (int)_bytes.Length);

        public void Add(ReadOnlySpan<byte> piece)
        {
            if (_bytes.Length + piece.Length > Largest)
            {
                throw TooLarge();
            }

            bodies.Hold(piece.Length);
            _held += piece.Length;
            _bytes.Write(piece);
        }

        public void Dispose()
        {
            Interlocked.Add(ref bodies._held, -_held);
            _held = 0;
        }
    }
}
