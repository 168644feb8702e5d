using GradientCI.Runner.Executors.Docker;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Executors.Docker;

public sealed class BeginClaimTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = 60_000)]
    public async Task One_of_many_decides_and_nobody_reads_half_a_decision()
    {
        for (var round = 0; round < 50; round++)
        {
            var claim = new BeginClaim(_folder[$"state-{round}"]);

            var starters = Enumerable.Range(0, 4).Select(number => Task.Run(() => claim.TryBegin($"container-{number}"))).ToList();
            var stoppers = Enumerable.Range(0, 4).Select(_ => Task.Run(claim.Forbid)).ToList();
            var begun = (await Task.WhenAll(starters)).Count(each => each);
            var forbidden = (await Task.WhenAll(stoppers)).Count(each => each);

            (begun, forbidden).ShouldBeOneOf((1, 0), (0, 4));
            claim.IsForbidden.ShouldBe(begun == 0);
            Directory.GetFiles(claim.StateDirectory).Select(Path.GetFileName).ShouldBe(["container"]);
        }
    }

    public void Dispose() => _folder.Dispose();
}
