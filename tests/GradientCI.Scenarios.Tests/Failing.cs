using System.Reflection;

namespace GradientCI.Scenarios.Tests;

/// <summary>Passes every call on, except those that a test lets fail.</summary>
public class Failing<T> : DispatchProxy
    where T : class
{
    private T _inner = null!;
    private Func<MethodInfo, object?[], bool> _fails = null!;

    public static T Around(T inner, Func<MethodInfo, object?[], bool> fails)
    {
        var proxy = Create<T, Failing<T>>();
        (((Failing<T>)(object)proxy)._inner, ((Failing<T>)(object)proxy)._fails) = (inner, fails);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _fails(targetMethod!, args!)
        ? throw new GradientException(FailureKind.Environment, "The disk is full.", "Free some space.")
        : targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);
}
