using System.Text.Json;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

public sealed class RunCommandTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public RunCommandTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_ends_with_the_best_trial_the_checks_and_the_report()
    {
        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        answer.Out.ShouldContain("toy#1  passed");
        answer.Out.ShouldContain("best      score 6  lr=3");
        answer.Out.ShouldContain("✓ score: 6 ≥ 5");
        answer.Error.ShouldContain("[3/3] toy#1.3  succeeded  lr=3  score 6");
        var report = answer.Out.Split('\n').Single(line => line.Contains("report.html")).Split(' ')[^1];
        File.ReadAllText(report).ShouldContain("toy#1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_second_commit_is_compared_with_the_first()
    {
        await _cli.TypeAsync("run");
        _repository.Write("train.sh", ExampleRepository.Script(4));
        _repository.Commit("Score twice as high");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        answer.Out.ShouldContain("compared with toy#1");
        answer.Out.ShouldContain("score  6 → 12  +6 (+100 %)");
        answer.Out.ShouldContain("code: 1 file, +1 −1 lines");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_required_check_that_does_not_pass_ends_with_exit_code_1()
    {
        var answer = await _cli.TypeAsync("run", "--set", "lr=1");

        answer.ShouldEndWith(1);
        answer.Out.ShouldContain("toy#1  not passed");
        answer.Out.ShouldContain("✗ score: 2 < 5");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failing_trial_ends_with_exit_code_1_and_the_last_line_of_its_log()
    {
        _repository.Write("train.sh", "echo '{\"metrics\": {\"score\": 9}}'; echo 'ValueError: lr is odd' >&2; exit $(($1 % 2))");
        _repository.Commit("Fail for odd rates");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(1);
        answer.Out.ShouldContain("2 of 3 trials failed: toy#1.1, toy#1.3.");
        answer.Error.ShouldContain("Exit code 1: ValueError: lr is odd");
        (await _cli.TypeAsync("logs", "toy#1")).Out.ShouldContain("ValueError: lr is odd");
    }

    [Fact(Timeout = 60_000)]
    public async Task Uncommitted_changes_are_pointed_out_and_not_run()
    {
        _repository.Write("train.sh", "exit 7");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        answer.Error.ShouldContain("note: Uncommitted changes are not part of this run: train.sh");
    }

    [Fact(Timeout = 60_000)]
    public async Task Json_is_one_document_on_standard_output()
    {
        var answer = await _cli.TypeAsync("run", "--json");

        answer.ShouldEndWith(0);
        using var document = JsonDocument.Parse(answer.Out);
        document.RootElement.GetProperty("schema").GetString().ShouldBe("gradientci/report/1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_baseline_is_run_first_when_the_manifest_asks_for_it()
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest + "\n    baseline: run\n");
        _repository.Commit("Compare always");
        _repository.Write("train.sh", ExampleRepository.Script(4));
        _repository.Commit("Score twice as high");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        answer.Error.ShouldContain("The manifest asks for a baseline; running");
        answer.Out.ShouldContain("toy#2  passed");
        answer.Out.ShouldContain("compared with toy#1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_base_run_does_not_print_a_second_json_document()
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest + "\n    baseline: run\n");
        _repository.Commit("Compare always");
        _repository.Commit("Change nothing");

        var answer = await _cli.TypeAsync("run", "--json");

        answer.ShouldEndWith(0);
        using var document = JsonDocument.Parse(answer.Out);
        document.RootElement.GetProperty("run").GetProperty("label").GetString().ShouldBe("toy#2");
    }

    [Fact(Timeout = 60_000)]
    public async Task Reports_of_several_experiments_do_not_overwrite_each_other()
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest + "\n  fast:\n    command: sh train.sh 9\n");
        _repository.Commit("Have two experiments");

        (await _cli.TypeAsync("run", "--report", "out")).ShouldEndWith(0);

        File.ReadAllText(Path.Combine(_repository.Path, "out", "toy", "report.md")).ShouldContain("toy#1");
        File.ReadAllText(Path.Combine(_repository.Path, "out", "fast", "report.md")).ShouldContain("fast#1");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_folder_that_takes_no_report_is_found_before_the_run()
    {
        _repository.Write("file", "");

        var answer = await _cli.TypeAsync("run", "--report", "file/report");

        answer.ShouldEndWith(3);
        answer.Error.ShouldContain($"error: The report cannot be written into {_repository.Path}/file/report:");
        (await _cli.TypeAsync("list")).Out.ShouldStartWith("No runs yet.");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_trial_that_prints_nothing_is_said_so()
    {
        _repository.Write("train.sh", "exit 0");
        _repository.Commit("Stay silent");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(1);
        answer.Out.ShouldContain("✗ score:");
        (await _cli.TypeAsync("report", "latest", "--format", "markdown")).Out.ShouldContain("docs/metrics.md");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failed_run_is_taken_up_again_with_new_attempts_and_fresh_curves()
    {
        _repository.Write("train.sh", $"""
            echo "attempt $GRADIENT_ATTEMPT"
            {ExampleRepository.Script(2)}
            [ "$1" != 2 ] || [ -e {_cli.Data}/mended ]
            """);
        _repository.Commit("Fail until mended");
        (await _cli.TypeAsync("run")).ShouldEndWith(1);
        File.WriteAllText(Path.Combine(_cli.Data, "mended"), "");

        var answer = await _cli.TypeAsync("retry", "toy#1");

        answer.ShouldEndWith(0);
        var shown = (await _cli.TypeAsync("show", "toy#1.2")).Out;
        shown.ShouldContain("toy#1.2  succeeded");
        shown.ShouldContain("attempt 2");
        shown.ShouldMatch(@"score\s+3\s");
        (await _cli.TypeAsync("logs", "toy#1.2")).Out.ShouldContain("attempt 2");
        (await _cli.TypeAsync("logs", "toy#1.2", "--attempt", "1")).Out.ShouldContain("attempt 1");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }
}
