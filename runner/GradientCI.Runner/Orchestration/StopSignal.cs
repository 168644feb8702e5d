namespace GradientCI.Runner.Orchestration;

/// <summary>How a run is ended, in two steps as a person does it: asking, then insisting.</summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _ask = new();
    private readonly CancellationTokenSource _insist = new();
    private readonly Lock _lock = new();

    /// <summary>Cancelled when the run should end; trials get their grace time.</summary>
    public CancellationToken Asked => _ask.Token;

    /// <summary>Cancelled when trials should end at once.</summary>
    public CancellationToken Insisted => _insist.Token;

    /// <summary>Why, for the record: the first reason that was given.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Asks; asking again changes nothing.</summary>
    public void Ask(string reason)
    {
        lock (_lock)
        {
            if (_ask.IsCancellationRequested)
            {
                return;
            }

            Reason = reason;
        }

        _ask.Cancel();
    }

    /// <summary>Insists.</summary>
    public void Insist() => _insist.Cancel();

    /// <summary>For a person at a key: asks, and insists the second time.</summary>
    public void Stop(string reason)
    {
        if (_ask.IsCancellationRequested)
        {
            Insist();
        }
        else
        {
            Ask(reason);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ask.Dispose();
        _insist.Dispose();
    }
}
