namespace GradientCI.Cli.Remote;

/// <summary>Counts the commands that a service runs at once: no more than it can bear, and not all of them for one caller.</summary>
internal sealed class CommandRoom
{
    /// <summary>The most at once.</summary>
    public const int Most = 64;

    /// <summary>The most at once of one caller.</summary>
    public const int MostOfOne = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _callers = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Lets one more in.</summary>
    /// <returns>To be disposed of when it has ended; or null when there is no room.</returns>
    public IDisposable? Enter(string caller)
    {
        lock (_lock)
        {
            var own = _callers.GetValueOrDefault(caller);
            if (_all >= Most || own >= MostOfOne)
            {
                return null;
            }

            (_all, _callers[caller]) = (_all + 1, own + 1);
            return new Place(this, caller);
        }
    }

    private void Leave(string caller)
    {
        lock (_lock)
        {
            _all--;
            if (--_callers[caller] == 0)
            {
                _callers.Remove(caller);
            }
        }
    }

    private sealed class Place(CommandRoom room, string caller) : IDisposable
    {
        public void Dispose() => room.Leave(caller);
    }
}
