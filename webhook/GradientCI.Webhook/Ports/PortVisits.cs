using GradientCI.Experiments;

namespace GradientCI.Webhook.Ports;

/// <summary>How many requests each trial answers at this moment, WebSockets included; more than a browser makes are too many.</summary>
internal sealed class PortVisits(int most)
{
    private readonly Dictionary<TrialId, int> _counts = [];
    private readonly Lock _lock = new();

    /// <summary>Lets another one in.</summary>
    /// <returns>False when there are too many.</returns>
    public bool TryEnter(TrialId trial)
    {
        lock (_lock)
        {
            var count = _counts.GetValueOrDefault(trial);
            if (count < most)
            {
                _counts[trial] = count + 1;
            }

            return count < most;
        }
    }

    /// <summary>One that was let in is done.</summary>
    public void Leave(TrialId trial)
    {
        lock (_lock)
        {
            if (--_counts[trial] == 0)
            {
                _counts.Remove(trial);
            }
        }
    }
}
