using System.Threading.Channels;

namespace GradientCI.Webhook.Intake;

/// <summary>Wakes a loop that waits for work. Rings while nobody waits are kept, as one.</summary>
public sealed class Doorbell
{
    private readonly Channel<bool> _rings = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Says that there is work.</summary>
    public void Ring() => _rings.Writer.TryWrite(true);

    /// <summary>Ends when somebody rings, when the time is up, or when it is cancelled; never throws for that.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_rings.Reader.ReadAsync(enough.Token).AsTask(), Task.Delay(atMost, time, enough.Token));
        await enough.CancelAsync();
    }
}
