using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Cli.Remote;

/// <summary>Sends what a command says to whoever asked for it, in its order, and no faster than he reads.</summary>
/// <param name="context">Whom to tell; cut off when he does not read.</param>
/// <param name="time">The clock.</param>
internal sealed class CommandResponse(HttpContext context, TimeProvider time)
{
    private const int MostWaiting = 16;
    private const int LargestDraft = 32 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<ResponseLine> _lines = Channel.CreateBounded<ResponseLine>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly ArrayBufferWriter<byte> _draft = new();

    /// <summary>Adds a line; waits while as many are waiting as may.</summary>
    /// <exception cref="IOException">Nobody is there to read it.</exception>
    public void Add(ResponseLine line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            // What commands write to is a text writer, and that does not wait in any other way.
            AddAsync(line).AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>The same.</summary>
    /// <exception cref="IOException">Nobody is there to read it.</exception>
    public async ValueTask AddAsync(ResponseLine line)
    {
        try
        {
            await _lines.Writer.WriteAsync(line, context.RequestAborted);
        }
        catch (Exception problem) when (problem is ChannelClosedException or OperationCanceledException)
        {
            throw new IOException("Nobody reads any more.", problem);
        }
    }

    /// <summary>Says that nothing follows.</summary>
    public void Complete() => _lines.Writer.TryComplete();

    /// <summary>Sends until <see cref="Complete"/>, or until nobody reads.</summary>
    public async Task SendAsync()
    {
        try
        {
            while (await WaitAsync())
            {
                while (_draft.WrittenCount < LargestDraft && _lines.Reader.TryRead(out var line))
                {
                    Draft(line);
                }

                await FlushAsync();
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or IOException)
        {
            // The command learns of it from its next line, or from the request that is cancelled with it.
            context.Abort();
        }
        finally
        {
            Complete();
        }
    }

    // Whether there is more, a sign of life included.
    private async Task<bool> WaitAsync()
    {
        using var silence = new CancellationTokenSource(ResponseLine.HeartbeatInterval, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, context.RequestAborted);
        try
        {
            return await _lines.Reader.WaitToReadAsync(enough.Token);
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            Draft(new ResponseLine());
            return true;
        }
    }

    private void Draft(ResponseLine line)
    {
        using (var json = new Utf8JsonWriter(_draft))
        {
            line.Write(json);
        }

        _draft.Write("\n"u8);
    }

    private async Task FlushAsync()
    {
        using var late = new CancellationTokenSource(Patience, time);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        await context.Response.Body.WriteAsync(_draft.WrittenMemory, enough.Token);
        await context.Response.Body.FlushAsync(enough.Token);
        _draft.ResetWrittenCount();
    }
}
