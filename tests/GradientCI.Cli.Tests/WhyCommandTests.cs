using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

public sealed class WhyCommandTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public WhyCommandTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_first_trial_has_nothing_to_be_compared_with()
    {
        await _cli.TypeAsync("run", "--set", "lr=2");

        var answer = await _cli.TypeAsync("why", "toy#1.1");

        answer.ShouldEndWith(0);
        answer.Out.ShouldBe("toy#1.1 was computed.\ntoy#1 has no earlier run of toy with trials to compare with.\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task Changed_files_parameters_and_variables_are_named_with_both_values()
    {
        await _cli.TypeAsync("run", "--set", "lr=2");
        _repository.Write("train.sh", ExampleRepository.Script(4));
        _repository.Write("data/x.csv", "1,2\n");
        _repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("    command:", "    env: { MODE: \"fa\\u001bst\" }\n    command:", StringComparison.Ordinal));
        _repository.Commit("Change everything");
        await _cli.TypeAsync("run", "--set", "lr=3");

        var answer = await _cli.TypeAsync("why", "toy#2");

        answer.ShouldEndWith(0);
        answer.Out.ShouldStartWith("toy#2.1 was computed: none of the last runs has its fingerprint.\nNearest is toy#1.1 (succeeded). It differs in:\n");
        answer.Out.ShouldContain("  inputs: 2 files changed (data/x.csv, train.sh)\n");
        answer.Out.ShouldContain("  env: MODE fa st instead of nothing\n");
        answer.Out.ShouldContain("  parameters: lr 3 instead of 2\n");
        answer.Out.ShouldContain("(it follows from the parameters)\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task Only_files_under_inputs_are_named()
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("    command:", "    inputs: [\"*.sh\"]\n    command:", StringComparison.Ordinal));
        _repository.Commit("Narrow the inputs");
        await _cli.TypeAsync("run", "--set", "lr=2");
        _repository.Write("train.sh", ExampleRepository.Script(4));
        _repository.Write("README.md", "Read me.");
        _repository.Commit("Change a script and a page");
        await _cli.TypeAsync("run", "--set", "lr=2");

        (await _cli.TypeAsync("why", "toy#2")).Out.ShouldContain("  inputs: 1 file changed (train.sh)\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_fewest_parts_count_before_the_newest_run()
    {
        await _cli.TypeAsync("run");
        _repository.Write("train.sh", ExampleRepository.Script(4));
        _repository.Commit("Score twice as high");
        await _cli.TypeAsync("run", "--set", "lr=3");
        _repository.Write("train.sh", ExampleRepository.Script(8));
        _repository.Commit("Score four times as high");
        await _cli.TypeAsync("run", "--set", "lr=2");

        using var json = JsonDocument.Parse((await _cli.TypeAsync("why", "toy#3.1", "--json")).Out);

        var nearest = json.RootElement.GetProperty("nearest");
        nearest.GetProperty("trial").GetString().ShouldBe("toy#1.2");
        nearest.GetProperty("differences").EnumerateArray().Select(each => each.GetProperty("part").GetString()).ShouldBe(["inputs"]);
        nearest.GetProperty("files").EnumerateArray().Select(each => each.GetString()).ShouldBe(["train.sh"]);
        json.RootElement.GetProperty("schema").GetString().ShouldBe("gradientci/why/1");
        json.RootElement.GetProperty("cached_from").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_equal_trial_that_failed_is_not_reused_and_the_answer_says_so()
    {
        _repository.Write("train.sh", "exit 1");
        _repository.Commit("Fail");
        await _cli.TypeAsync("run", "--set", "lr=2");
        await _cli.TypeAsync("run", "--set", "lr=2");

        (await _cli.TypeAsync("why", "toy#2")).Out.ShouldBe(
            "toy#2.1 was computed.\ntoy#1.1 has the same fingerprint, but it is failed: only succeeded trials are taken over.\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_without_cache_says_that_it_computes_everything()
    {
        await _cli.TypeAsync("run", "--set", "lr=2");
        var run = await _cli.TypeAsync("run", "--set", "lr=2", "--no-cache");

        var answer = await _cli.TypeAsync("why", "toy#2");

        run.Out.ShouldContain("note: Every trial is computed: results of earlier runs are not reused (--no-cache, or cache: false).");
        answer.Out.ShouldBe("""
            toy#2.1 was computed, and its run reuses nothing (--no-cache, or cache: false).
            toy#1.1 has the same fingerprint and succeeded; it would have been taken over.

            """.ReplaceLineEndings("\n"));
    }

    [Fact(Timeout = 60_000)]
    public async Task When_the_repository_is_gone_the_rest_is_still_answered()
    {
        await _cli.TypeAsync("run", "--set", "lr=2");
        _repository.Write("train.sh", ExampleRepository.Script(4));
        _repository.Commit("Score twice as high");
        await _cli.TypeAsync("run", "--set", "lr=2");
        Directory.Move(Path.Combine(_repository.Path, ".git"), Path.Combine(_repository.Path, "gone"));

        var answer = await _cli.TypeAsync("why", "toy#2.1");

        answer.ShouldEndWith(0);
        answer.Out.ShouldContain("  inputs: the files cannot be named: ");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_trial_that_was_taken_over_says_from_where_and_shows_that_ones_log()
    {
        await _cli.TypeAsync("run", "--set", "lr=2");
        var taken = await TakeOverAsync();

        var why = await _cli.TypeAsync("why", "toy#2.1");
        var logs = await _cli.TypeAsync("logs", "toy#2.1");
        var show = await _cli.TypeAsync("show", "toy#2.1");
        var list = await _cli.TypeAsync("show", "toy#2");
        var retry = await _cli.TypeAsync("retry", "toy#2.1");

        why.Out.ShouldStartWith("toy#2.1 was taken over from toy#1.1, which succeeded at ");
        logs.Out.ShouldContain("training with lr=2");
        logs.Error.ShouldContain("note: toy#2.1 was cached from toy#1.1");
        show.Out.ShouldContain("toy#2.1  succeeded, cached from toy#1.1");
        show.Out.ShouldContain($"log          {new DataFolder(_cli.Data).Log(taken)}");
        list.Out.ShouldContain("reused    1 of 1 trials was taken over from an earlier run; ");
        retry.ShouldEndWith(2).Error.ShouldContain("toy#2.1 has nothing to try again: it succeeded.");
        (await _cli.TypeAsync("logs", "toy#2.1", "--attempt", "1")).ShouldEndWith(2).Error.ShouldContain("was cached from toy#1.1");
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_a_run_with_several_trials_one_is_to_be_named()
    {
        await _cli.TypeAsync("run");

        (await _cli.TypeAsync("why", "toy#1")).ShouldEndWith(2).Error.ShouldContain("toy#1 has 3 trials.");
        (await _cli.TypeAsync("why", "toy#1.9")).ShouldEndWith(2).Error.ShouldContain("toy#1 has no trial 9.");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    // A second run, equal to the first, whose trial takes the first one's result over.
    private async Task<Trial> TakeOverAsync()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, CancellationToken.None);
        var project = (await store.ListProjectsAsync(CancellationToken.None)).Single();
        var first = (await store.FindRunAsync(new RunId(project.Id, "toy", 1), CancellationToken.None))!;
        var origin = (await store.ListTrialsAsync(first.Id, CancellationToken.None)).Single();
        var run = await store.CreateRunAsync(first, null, CancellationToken.None);
        var trial = origin with { Id = new TrialId(run.Id, 1), Attempts = [] };
        await store.AddTrialsAsync([trial], CancellationToken.None);
        (await store.TakeOverResultAsync(trial.Id, origin.Id, CancellationToken.None)).ShouldBeTrue();
        await store.UpdateRunAsync(new(run.Id, [RunState.Queued], RunState.Finished, DateTimeOffset.UnixEpoch), CancellationToken.None);
        var taken = (await store.ListTrialsAsync(run.Id, CancellationToken.None)).Single();
        var data = new DataFolder(_cli.Data);
        File.Copy(data.Log(origin)!, Directory.CreateDirectory(Path.GetDirectoryName(data.Log(taken)!)!).FullName + "/" + Path.GetFileName(data.Log(taken)!));
        return taken;
    }
}
