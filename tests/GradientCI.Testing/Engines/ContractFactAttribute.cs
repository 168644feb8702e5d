using Xunit.Abstractions;
using Xunit.Sdk;

namespace GradientCI.Testing.Engines;

/// <summary>A fact of a contract: skipped where the class that binds the contract lacks what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("GradientCI.Testing.Engines.ContractFactDiscoverer", "GradientCI.Testing")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>A theory of a contract: skipped where the class that binds the contract lacks what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("GradientCI.Testing.Engines.ContractTheoryDiscoverer", "GradientCI.Testing")]
public sealed class ContractTheoryAttribute : TheoryAttribute;

/// <summary>Finds the cases of <see cref="ContractFactAttribute"/>.</summary>
public sealed class ContractFactDiscoverer(IMessageSink messages) : FactDiscoverer(messages)
{
    /// <inheritdoc/>
    protected override IXunitTestCase CreateTestCase(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        ContractNeeds.Missing(testMethod) is { } missing
            ? ContractNeeds.Skipped(DiagnosticMessageSink, discoveryOptions, testMethod, missing)
            : base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
}

/// <summary>Finds the cases of <see cref="ContractTheoryAttribute"/>.</summary>
public sealed class ContractTheoryDiscoverer(IMessageSink messages) : TheoryDiscoverer(messages)
{
    /// <inheritdoc/>
    public override IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        ContractNeeds.Missing(testMethod) is { } missing
            ? [ContractNeeds.Skipped(DiagnosticMessageSink, discoveryOptions, testMethod, missing)]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}

/// <summary>What the class of a contract's test needs.</summary>
internal static class ContractNeeds
{
    /// <summary>Why it cannot run here, or null.</summary>
    public static string? Missing(ITestMethod method) =>
        method.TestClass.Class.GetCustomAttributes(typeof(NeedsEngineAttribute)).Any() ? TestEngine.Obstacle
        : method.TestClass.Class.GetCustomAttributes(typeof(NeedsPodmanAttribute)).Any() ? TestPodman.Obstacle
        : null;

    /// <summary>One case in the place of all: it says why.</summary>
    public static IXunitTestCase Skipped(IMessageSink messages, ITestFrameworkDiscoveryOptions options, ITestMethod method, string reason) =>
        new XunitSkippedDataRowTestCase(messages, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, reason);
}
