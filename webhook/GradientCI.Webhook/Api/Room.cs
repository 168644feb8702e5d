using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>Counts what goes on at once for callers: no more than the service can bear, and not all of it for one token.</summary>
/// <param name="what">What is counted, in the plural: <c>event streams</c>.</param>
/// <param name="most">The most at once.</param>
/// <param name="mostOfOne">The most at once of one token.</param>
public sealed class Room(string what, int most, int mostOfOne)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _callers = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Lets one more in.</summary>
    /// <param name="caller">Whose token it is.</param>
    /// <returns>To be disposed of when it has ended.</returns>
    /// <exception cref="ApiProblemException">The token has its share (429), or there is no room for anybody (503).</exception>
    public IDisposable Enter(string caller)
    {
        lock (_lock)
        {
            var own = _callers.GetValueOrDefault(caller);
            if (own >= mostOfOne)
            {
                throw Full(StatusCodes.Status429TooManyRequests, $"The token {caller} has {mostOfOne} {what} at once, and may not have more.", "Try again when one of them has ended.");
            }

            if (_all >= most)
            {
                throw Full(StatusCodes.Status503ServiceUnavailable, $"The service has {most} {what} at once, and takes no more.", "Try again when others have ended.");
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

    private static ApiProblemException Full(int status, string detail, string remedy) => new(new ApiProblem(status, detail, remedy) { RetryAfter = Pause });

    private sealed class Place(Room room, string caller) : IDisposable
    {
        private int _hasLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _hasLeft, 1) == 0)
            {
                room.Leave(caller);
            }
        }
    }
}
