using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace GradientCI.Cli.Tests.Runs;

/// <summary>Stands before a store and writes down what is asked of it.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The runtime derives the proxy from it.")]
internal class CountedCalls : DispatchProxy
{
    private object _store = null!;
    private ConcurrentQueue<string> _calls = null!;

    /// <param name="store">The store.</param>
    /// <param name="calls">Gets the name and the plain arguments of each call.</param>
    public static T Of<T>(T store, ConcurrentQueue<string> calls)
        where T : class
    {
        var proxy = Create<T, CountedCalls>();
        ((CountedCalls)(object)proxy)._store = store;
        ((CountedCalls)(object)proxy)._calls = calls;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        _calls.Enqueue($"{targetMethod!.Name} {string.Join(' ', args!.Where(each => each is not CancellationToken))}");
        return targetMethod.Invoke(_store, args);
    }
}
