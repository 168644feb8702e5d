namespace GradientCI.Runner.Orchestration;

/// <summary>How a run is ended from outside, in two steps as a person does it: asking, then insisting.</summary>
public sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _ask = new();
    private readonly CancellationTokenSource _insist = new();

    /// <summary>Cancelled when the run should end; trials get their grace time.</summary>
    public CancellationToken Asked => _ask.Token;

    /// <summary>Cancelled when trials should end at once.</summary>
    public CancellationToken Insisted => _insist.Token;

    /// <summary>Why, for the record.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Asks; a second call insists.</summary>
    public void Stop(string reason)
    {
        if (_ask.IsCancellationRequested)
        {
            _insist.Cancel();
            return;
        }

        Reason = reason;
        _ask.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ask.Dispose();
        _insist.Dispose();
    }
}
