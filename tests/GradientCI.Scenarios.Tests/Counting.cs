using System.Reflection;

namespace GradientCI.Scenarios.Tests;

/// <summary>Passes every call on and counts those under way, so that a scenario knows when only the clock can go on.</summary>
public class Counting<T> : DispatchProxy
    where T : class
{
    private T _inner = null!;
    private Activity _activity = null!;

    public static T Around(T inner, Activity activity)
    {
        var proxy = Create<T, Counting<T>>();
        (((Counting<T>)(object)proxy)._inner, ((Counting<T>)(object)proxy)._activity) = (inner, activity);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _activity.Begin();
        var result = targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
        if (result is Task task)
        {
            task.ContinueWith(_ => _activity.End(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        else
        {
            _activity.End();
        }

        return result;
    }
}

/// <summary>How many calls are under way.</summary>
public sealed class Activity
{
    private int _underWay;

    public int UnderWay => Volatile.Read(ref _underWay);

    public void Begin() => Interlocked.Increment(ref _underWay);

    public void End() => Interlocked.Decrement(ref _underWay);
}
