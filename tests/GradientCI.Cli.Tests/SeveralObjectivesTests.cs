using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>Two objectives and a constraint, from the manifest through real trials to what people read.</summary>
public sealed class SeveralObjectivesTests : IDisposable
{
    private const string Manifest = """
        version: 1
        experiments:
          toy:
            command: sh train.sh ${{ width }}
            sweep:
              parameters: { width: [1, 2, 3, 4] }
              parallel: 1
            objective:
              - maximize: score
              - minimize: latency_ms
            constraints: { latency_ms: "<= 35" }
            checks: { score: ">= 20" }
        """;

    private readonly TestRepository _repository = new();
    private readonly GradientCliHost _cli;

    public SeveralObjectivesTests()
    {
        _cli = new GradientCliHost(_repository.Path);
        _repository.Write(".gradient.yml", Manifest);
        _repository.Write("train.sh", Script(latency: 10));
        _repository.Commit("Trade score for latency");
    }

    [Fact(Timeout = 120_000)]
    public async Task The_front_is_ranked_listed_and_compared_with_the_one_before()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        _repository.Write("train.sh", Script(latency: 8));
        _repository.Commit("Be faster");

        var second = await _cli.TypeAsync("run");

        second.ShouldEndWith(0);
        second.Out.ShouldContain("best      score 40  latency_ms 32  width=4");
        second.Out.ShouldContain("or        score 30  latency_ms 24  width=3");
        second.Out.ShouldContain("hypervolume");
        second.Out.ShouldContain("front of 4, was 3");
        second.Error.ShouldContain("score 40, latency_ms 32");
        (await _cli.TypeAsync("show", "toy#1")).Out.ShouldContain("best      score 30  latency_ms 30  width=3");
        (await _cli.TypeAsync("show", "toy#1")).Out.ShouldContain("FRONT");
        (await _cli.TypeAsync("list")).Out.ShouldContain("score 40 · latency_ms 8 · front of 4");
        (await _cli.TypeAsync("list", "--json")).Out.ShouldContain("\"sets\": 4");
        (await _cli.TypeAsync("compare", "toy#2")).Out.ShouldContain("latency_ms  30 → 32");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private static string Script(int latency) => $"echo '{{\"metrics\": {{\"score\": '$(($1 * 10))', \"latency_ms\": '$(($1 * {latency}))'}}}}'\n";
}
