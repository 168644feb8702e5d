using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>What bad input gets: a sentence that names the place, the way out, and the documented exit code.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public BadInputTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Theory]
    [InlineData("error: There is no command 'rnu'.", "hint: Did you mean: gradientci run", "rnu")]
    [InlineData("error: The manifest has no experiment 'tox'.", "hint: Did you mean toy? Its experiments are: toy.", "run", "tox")]
    [InlineData("error: There is no run 'toy#9'.", "hint: See the runs there are with: gradientci list --all", "show", "toy#9")]
    [InlineData("error: 'toy#one' is not the name of a run.", "hint: Runs are named digits#12 and trials digits#12.3.", "show", "toy#one")]
    [InlineData("error: The experiment toy has no parameter momentum.", "hint: Its parameters are: lr.", "run", "--set", "momentum=1")]
    [InlineData("error: --set lr is not of the form name=value.", "hint: Write for example: --set lr=0.1", "run", "--set", "lr")]
    [InlineData("error: There is no executor 'magic'.", "hint: Executors of this build: process.", "run", "--executor", "magic")]
    [InlineData("error: --parallel must be at least 1.", "hint: See: gradientci run --help", "run", "--parallel", "0")]
    public async Task Wrong_use_ends_with_exit_code_2(string error, string hint, params string[] words)
    {
        var answer = await _cli.TypeAsync(words);

        answer.ShouldEndWith(2);
        answer.Error.ShouldContain(error);
        answer.Error.ShouldContain(hint);
        (await _cli.TypeAsync("list")).Out.ShouldStartWith("No runs yet.");
    }

    [Fact]
    public async Task Listing_a_folder_that_is_not_there_listed_every_project()
    {
        var answer = await _cli.TypeAsync("list", "--repo", "gone");

        answer.ShouldEndWith(2);
        answer.Error.ShouldContain("gone");
        answer.Out.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_without_a_manifest_is_named()
    {
        _repository.Delete(".gradient.yml");
        var sha = _repository.Commit("Lose the manifest");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(2);
        answer.Error.ShouldContain($"error: Commit {sha[..10]} has no .gradient.yml.");
    }

    [Fact]
    public async Task All_mistakes_of_a_manifest_are_listed_at_once()
    {
        _repository.Write(".gradient.yml", "version: 1\nexperiments:\n  toy:\n    comand: x\n    timeout: soon\n");
        _repository.Commit("Break the manifest");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(2);
        answer.Error.ShouldContain(".gradient.yml:4:5: error GCI");
        answer.Error.ShouldContain("command");
        answer.Error.ShouldContain(".gradient.yml:5:14: error GCI");
        answer.Error.ShouldContain("The manifest of commit");
    }

    [Fact]
    public async Task Outside_a_repository_the_sentence_says_so()
    {
        using var empty = new TemporaryFolder();
        _cli.Directory = empty.Path;

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(2);
        answer.Error.ShouldContain(empty.Path);
        answer.Error.ShouldContain("hint:");
    }

    [Fact]
    public async Task A_data_folder_that_is_a_file_is_an_environment_failure()
    {
        var file = Path.Combine(_repository.Path, "data");
        File.WriteAllText(file, "");

        var answer = await _cli.TypeAsync("list", "--data", file);

        answer.ShouldEndWith(3);
        answer.Error.ShouldContain(file);
        answer.Error.ShouldContain("hint:");
    }

    [Fact]
    public async Task A_trial_that_asks_for_a_gpu_too_many_starts_nothing()
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest + "\n    resources: { gpus: 2 }\n");
        _repository.Commit("Ask for GPUs");

        var answer = await _cli.TypeAsync("run", "--gpus", "1");

        answer.ShouldEndWith(2);
        answer.Error.ShouldContain("A trial asks for 1 CPU slot and 2 GPUs, and this machine has");
        (await _cli.TypeAsync("list")).Out.ShouldStartWith("No runs yet.");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }
}
