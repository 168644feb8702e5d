using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

[NeedsPodman]
public sealed class PodmanExecutorTests : ContainerExecutorContract
{
    protected override string Host => TestPodman.Host;
}
