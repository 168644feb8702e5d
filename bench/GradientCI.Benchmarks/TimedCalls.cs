using System.Diagnostics;
using System.Reflection;

namespace GradientCI.Benchmarks;

/// <summary>Passes every call on, and adds up how long they took.</summary>
public class TimedCalls<T> : DispatchProxy
    where T : class
{
    private T _inner = null!;
    private CallTimes _times = null!;

    internal static T Around(T inner, CallTimes times)
    {
        var proxy = Create<T, TimedCalls<T>>();
        (((TimedCalls<T>)(object)proxy)._inner, ((TimedCalls<T>)(object)proxy)._times) = (inner, times);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var start = Stopwatch.GetTimestamp();
        var result = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (result is Task task)
        {
            // One call at a time: what is awaited next is that.
            task.GetAwaiter().GetResult();
        }

        _times.Add(targetMethod.Name, Stopwatch.GetElapsedTime(start));
        return result;
    }
}

/// <summary>Time by the name of what took it.</summary>
internal sealed class CallTimes
{
    private readonly Dictionary<string, TimeSpan> _times = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public TimeSpan Total => _times.Values.Aggregate(TimeSpan.Zero, (sum, next) => sum + next);

    public void Add(string name, TimeSpan time) => _times[name] = Of(name) + time;

    public TimeSpan Of(string name) => _times.GetValueOrDefault(name);

    public void Clear() => _times.Clear();
}
