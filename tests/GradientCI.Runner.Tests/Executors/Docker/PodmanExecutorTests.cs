using GradientCI.Testing.Engines;

namespace GradientCI.Runner.Tests.Executors.Docker;

/// <summary>What Podman does as Docker does. What it does not is in <c>docs/docker.md</c>, too.</summary>
[NeedsPodman]
public sealed class PodmanExecutorTests : ContainerExecutorContract
{
    protected override string Host => TestPodman.Host;

    [ContractFact(Skip = "Podman 4.3 loses a part of a burst of output.")]
    public override Task A_hundred_thousand_lines_and_a_huge_one_reach_the_log_whole() => base.A_hundred_thousand_lines_and_a_huge_one_reach_the_log_whole();

    [ContractFact(Skip = "Podman 4.3 remembers no death, so that one by SIGKILL counts as lost.")]
    public override Task Death_by_a_signal_is_told_and_not_taken_for_lack_of_memory() => base.Death_by_a_signal_is_told_and_not_taken_for_lack_of_memory();
}
