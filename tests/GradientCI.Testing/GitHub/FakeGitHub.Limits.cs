using System.Collections.Immutable;

namespace GradientCI.Testing.GitHub;

public sealed partial class FakeGitHub
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Dictionary<string, (DateTimeOffset Reset, int Used)> _used = [];
    private readonly List<DateTimeOffset> _writes = [];
    private readonly List<FakeCall> _intrusions = [];
    private DateTimeOffset _silentUntil = DateTimeOffset.MinValue;

    /// <summary>How many calls each caller has in an hour; what is answered with 304 is free.</summary>
    public int CallsPerHour { get; set; } = 5000;

    /// <summary>How many writes a minute are borne; more bring the secondary limit.</summary>
    public int WritesPerMinute { get; set; } = 80;

    /// <summary>How long the secondary limit lasts.</summary>
    public TimeSpan SecondaryWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The shortest time between two writes that is borne; zero for any.</summary>
    public TimeSpan LeastGap { get; set; }

    /// <summary>Calls that came while silence was asked for: a well-behaved client makes none.</summary>
    public ImmutableArray<FakeCall> Intrusions
    {
        get
        {
            lock (_lock)
            {
                return [.. _intrusions];
            }
        }
    }

    private FakeReply? FindLimit(FakeCall call)
    {
        var now = time.GetUtcNow();
        if (now < _silentUntil)
        {
            _intrusions.Add(call);
            return FakeReply.SecondaryLimit(403, (int)Math.Ceiling((_silentUntil - now).TotalSeconds));
        }

        if (call.Who is not null && Window(call.Who) is { } window && window.Used >= CallsPerHour)
        {
            if (window.Used > CallsPerHour)
            {
                _intrusions.Add(call);
            }

            _used[call.Who] = window with { Used = window.Used + 1 };
            return WithLimits(FakeReply.Error(403, $"API rate limit exceeded for {call.Who}."), call.Who);
        }

        if (!call.IsWrite)
        {
            return null;
        }

        _writes.RemoveAll(at => at <= now - TimeSpan.FromMinutes(1));
        var isTooFast = _writes.Count > 0 && now - _writes[^1] < LeastGap;
        _writes.Add(now);
        if (!isTooFast && _writes.Count <= WritesPerMinute)
        {
            return null;
        }

        _silentUntil = now + SecondaryWait;
        return FakeReply.SecondaryLimit(403, (int)SecondaryWait.TotalSeconds);
    }

    private void Count(FakeCall call, FakeReply reply)
    {
        if (call.Who is { } who)
        {
            var window = Window(who);
            _used[who] = reply.Status == 304 ? window : window with { Used = window.Used + 1 };
            WithLimits(reply, who);
        }
    }

    private (DateTimeOffset Reset, int Used) Window(string who) =>
        _used.TryGetValue(who, out var window) && time.GetUtcNow() < window.Reset ? window : (time.GetUtcNow() + Hour, 0);

    private FakeReply WithLimits(FakeReply reply, string who)
    {
        var (reset, used) = _used[who];
        reply.Headers["X-RateLimit-Limit"] = CallsPerHour.ToString();
        reply.Headers["X-RateLimit-Remaining"] = Math.Max(0, CallsPerHour - used).ToString();
        reply.Headers["X-RateLimit-Reset"] = (reset + ClockSkew).ToUnixTimeSeconds().ToString();
        return reply;
    }
}
