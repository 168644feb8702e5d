using System.Diagnostics;
using System.Text.Json;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests.Repeat;

/// <summary>A run that is exported from one machine and repeated on another.</summary>
public sealed class RepeatTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _elsewhere = new();
    private readonly GradientCliHost _here;
    private readonly GradientCliHost _there;

    public RepeatTests()
    {
        _here = new GradientCliHost(_repository.Path);
        _there = new GradientCliHost(_elsewhere.Path);
    }

    [Fact(Timeout = 120_000)]
    public async Task The_same_parameters_and_seeds_give_the_same_results_on_another_machine()
    {
        Write("{ lr: { int: [1, 1000] } }", "sampler: random", "max-trials: 5", "repeats: 2", "seed: 3");
        await ExportAsync("night.tar.gz");

        var answer = await _there.TypeAsync("run", "--from", _folder["night.tar.gz"]);

        answer.ShouldEndWith(0).Out.ShouldEndWith($"""
            repeated    toy#1 of {Project} at {Sha[..10]}
              fingerprints  all 10 are equal
              results       all 10 are equal

            """);
        var (then, now) = (await TrialsAsync(_here), await TrialsAsync(_there));
        now.ShouldBe(then);
        (await _there.TypeAsync("show", "toy#1")).Out.ShouldContain($"note: It repeats toy#1 of {Project}, from a bundle.");
    }

    [Fact(Timeout = 120_000)]
    public async Task One_trial_alone_can_be_repeated_and_the_best_is_known_by_that_name()
    {
        Write("{ lr: [4, 9, 6] }");
        await ExportAsync("night");

        (await _there.TypeAsync("run", "--from", _folder["night"], "--trial", "3")).ShouldEndWith(0).Out.ShouldContain("results       all 1 are equal");
        (await _there.TypeAsync("run", "--from", _folder["night"], "--trial", "best")).ShouldEndWith(0);

        (await TrialsAsync(_there)).Single().ShouldContain(ParametersOf((await TrialsAsync(_here))[2]));
        (await TrialsAsync(_there, "toy#2")).Single().ShouldContain("{\"lr\":9}");
        (await _there.TypeAsync("run", "--from", _folder["night"], "--trial", "4")).ShouldEndWith(2).Error.ShouldContain("The bundle of toy#1 has no trial '4'.");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_was_set_at_the_terminal_is_set_again_and_what_differs_is_named()
    {
        _repository.Write("train.sh", $$"""echo "{\"chart\": \"score\", \"y\": $(( $1 * $(cat {{_folder.Path}}/factor) ))}" """);
        _repository.Commit("Depend on the machine");
        File.WriteAllText(_folder["factor"], "2");
        await ExportAsync("night", "--set", "lr=7");
        File.WriteAllText(_folder["factor"], "3");

        var answer = await _there.TypeAsync("run", "--from", _folder["night"]);

        answer.ShouldEndWith(0).Out.ShouldContain("fingerprints  all 1 are equal");
        answer.Out.ShouldContain("results       0 of 1 are equal");
        answer.Out.ShouldContain("toy#1.1 score: 21; trial 1 of the bundle: 14");
        (await TrialsAsync(_there)).Single().ShouldContain("{\"lr\":7}");
    }

    [Theory(Timeout = 120_000)]
    [InlineData("printf x >> commit.pack", "its commit.pack is not the one that SHA256SUMS names.")]
    [InlineData("sed -i 's/\"seed\": [0-9]*/\"seed\": 5/' repeat.json", "its repeat.json is not the one that SHA256SUMS names.")]
    [InlineData("sed -i 's/\"seed\": [0-9]*/\"seed\": 5/' repeat.json && SIGN", "would get another seed here")]
    [InlineData("sed -i 's/\"lr\":2/\"lr\":77/' repeat.json && SIGN", "has parameters that the manifest of its commit does not allow")]
    [InlineData("sed -i 's/\"commit\": \"...../\"commit\": \"00000/' repeat.json && SIGN", "The bundle does not hold commit 00000")]
    [InlineData("sed -i 's/\"commit\": \"...../\"commit\": \"..\\/..\\//' repeat.json && SIGN", "its commit is none")]
    [InlineData("sed -i 's/\"experiment\": \"toy\"/\"experiment\": \"..\\/x\"/' repeat.json && SIGN", "The manifest has no experiment '../x'.")]
    [InlineData("echo '{}' > repeat.json && SIGN", "its schema is not gradientci/repeat/1")]
    [InlineData("echo 'PACK' > commit.pack && SIGN", "git index-pack")]
    [InlineData("rm commit.pack", "holds no commit.pack, so that its run cannot be repeated.")]
    [InlineData("mv repeat.json r && ln -s r repeat.json", "holds no repeat.json")]
    [InlineData("rm SHA256SUMS", "holds no SHA256SUMS")]
    public async Task A_bundle_that_is_not_what_it_says_is_refused_with_a_sentence(string change, string sentence)
    {
        await ExportAsync("night");
        Shell($"cd night && {change.Replace("SIGN", "sha256sum commit.pack repeat.json > SHA256SUMS")} && tar -C .. -czf ../night.tar.gz night");

        foreach (var name in (string[])["night", "night.tar.gz"])
        {
            var answer = await _there.TypeAsync("run", "--from", _folder[name]);

            answer.ShouldEndWith(2).Error.ShouldContain(sentence);
            answer.Error.Split('\n').Count(line => line.StartsWith("error: ", StringComparison.Ordinal)).ShouldBe(1);
        }

        (await _there.TypeAsync("list", "--all")).Out.ShouldStartWith("No runs yet.");
    }

    [Fact(Timeout = 120_000)]
    public async Task An_archive_that_unpacks_to_far_more_than_it_is_is_given_up()
    {
        Shell("truncate -s 3G zeros && tar -czf bomb.tar.gz zeros && rm zeros");

        (await _there.TypeAsync("run", "--from", _folder["bomb.tar.gz"])).ShouldEndWith(2).Error.ShouldContain("it unpacks to far more than it is.");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_commit_of_somebody_else_is_given_no_secrets()
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("command:", "secrets: [WANDB_KEY]\n    command:"));
        _repository.Commit("Ask for a secret");
        _here.Input = "sesame-open-sesame"u8.ToArray();
        (await _here.TypeAsync("secret", "set", "WANDB_KEY")).ShouldEndWith(0);
        await ExportAsync("night");

        (await _there.TypeAsync("run", "--from", _folder["night"])).ShouldEndWith(2).Error.ShouldContain("The experiment toy asks for secrets (WANDB_KEY), and a bundle's commit is given none.");
    }

    [Theory]
    [InlineData("--from repeats what its bundle says: leave out --commit.", "--from", "x", "--commit", "HEAD")]
    [InlineData("--from repeats what its bundle says: leave out EXPERIMENT.", "toy", "--from", "x")]
    [InlineData("--trial names a trial of a bundle: name the bundle with --from.", "--trial", "best")]
    [InlineData("There is no bundle ", "--from", "gone.tar.gz")]
    public async Task What_makes_no_sense_is_wrong_use(string sentence, params string[] words) =>
        (await _here.TypeAsync(["run", .. words])).ShouldEndWith(2).Error.ShouldContain(sentence);

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
        _folder.Dispose();
        _elsewhere.Dispose();
        _repository.Dispose();
    }

    private static string ParametersOf(string trial) => JsonDocument.Parse(trial).RootElement.GetProperty("parameters").GetRawText();

    private string Project => Path.GetFileName(Directory.GetDirectories(Path.Combine(_here.Data, "logs")).Single());

    private string Sha => JsonDocument.Parse(File.ReadAllText(_folder["repeat.json"])).RootElement.GetProperty("commit").GetString()!;

    private void Write(string parameters, params string[] sweep)
    {
        _repository.Write(".gradient.yml", ExampleRepository.Manifest.Replace("parameters:\n        lr: [1, 2, 3]", string.Join("\n      ", [$"parameters: {parameters}", .. sweep])));
        _repository.Commit("Search");
    }

    private async Task ExportAsync(string name, params string[] words)
    {
        (await _here.TypeAsync(["run", .. words])).ShouldEndWith(0);
        (await _here.TypeAsync("export", "toy#1", "--to", _folder[name])).ShouldEndWith(0);
        if (name.EndsWith(".gz", StringComparison.Ordinal))
        {
            Shell($"tar -xzf {name} --strip-components=1 toy-1/repeat.json");
        }
    }

    private async Task<string[]> TrialsAsync(GradientCliHost cli, string run = "toy#1")
    {
        var path = _folder[$"{Guid.NewGuid():N}"];
        (await cli.TypeAsync("export", run, "--to", path)).ShouldEndWith(0);
        using var recipe = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "repeat.json")));
        return [.. recipe.RootElement.GetProperty("trials").EnumerateArray().Select(trial => trial.GetRawText())];
    }

    private void Shell(string line)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { WorkingDirectory = _folder.Path, UseShellExecute = false })!;
        bash.WaitForExit();
        bash.ExitCode.ShouldBe(0, line);
    }
}
