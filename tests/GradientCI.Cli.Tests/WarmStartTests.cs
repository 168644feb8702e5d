using System.Text.Json;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>A second run that begins with what the first one found, from the manifest to what people read.</summary>
public sealed class WarmStartTests : IDisposable
{
    private const string Manifest = """
        version: 1
        experiments:
          toy:
            command: sh train.sh ${{ x }}
            sweep:
              parameters: { x: { int: [1, 100] } }
              sampler: tpe
              warm-start: true
              max-trials: 3
              parallel: 1
            objective: { maximize: score }
        """;

    private readonly TestRepository _repository = new();
    private readonly GradientCliHost _cli;

    public WarmStartTests()
    {
        _cli = new GradientCliHost(_repository.Path);
        _repository.Write(".gradient.yml", Manifest);
        _repository.Write("train.sh", "echo '{\"metrics\": {\"score\": '$1'}}'\n");
        _repository.Commit("Train a toy");
    }

    [Fact(Timeout = 120_000)]
    public async Task The_second_run_begins_with_the_best_of_the_first_and_says_so()
    {
        var first = await _cli.TypeAsync("run");
        _repository.Write("train.sh", "echo '{\"metrics\": {\"score\": '$(($1 + 1))'}}'\n");
        _repository.Commit("Be better by one");

        var second = await _cli.TypeAsync("run");

        first.ShouldEndWith(0).Error.ShouldContain("Warm start: no earlier run has a parameter set that fits.");
        using var before = await ReadAsync("toy#1");
        using var after = await ReadAsync("toy#2");
        var best = before.RootElement.GetProperty("sets")[0];
        var score = best.GetProperty("mean").GetDouble();
        second.ShouldEndWith(0).Error.ShouldContain($"Warm start: 3 parameter sets of toy#1 (best score {score}).");
        second.Out.ShouldContain($"known     3 parameter sets of toy#1 (best score {score})");
        (await _cli.TypeAsync("show", "toy#2")).Out.ShouldContain($"known     3 parameter sets of toy#1 (best score {score})");
        after.RootElement.GetProperty("run").GetProperty("warm_start").GetProperty("sets").GetInt32().ShouldBe(3);
        after.RootElement.GetProperty("trials")[0].GetProperty("params").GetRawText().ShouldBe(best.GetProperty("params").GetRawText());
        after.RootElement.GetProperty("trials").GetArrayLength().ShouldBe(3);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private async Task<JsonDocument> ReadAsync(string run) => JsonDocument.Parse((await _cli.TypeAsync("show", run, "--json")).ShouldEndWith(0).Out);
}
