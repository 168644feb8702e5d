using System.Diagnostics;
using System.Text.RegularExpressions;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Testing;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Cli.Tests;

public sealed class ImageRunTests : IDisposable
{
    private const string Manifest = """
        version: 1
        experiments:
          toy:
            image: gradientci/test:1
            setup: echo from-setup >made
            command: python3 train.py ${{ lr }}
            sweep:
              parameters:
                lr: [1, 2]
            artifacts: [made, model]
            objective: { maximize: score }
        """;

    private const string Program = """
        import json, os, sys
        score = int(sys.argv[1]) * 10
        assert json.load(open(os.environ["GRADIENT_PARAMS"]))["lr"] == int(sys.argv[1])
        assert os.getcwd() == os.environ["GRADIENT_WORKSPACE"] and os.getuid() != 0
        for name in ["ARTIFACTS", "STORAGE", "CHECKPOINT"]:
            open(os.path.join(os.environ["GRADIENT_" + name], "by-" + sys.argv[1]), "w").write("kept")
        assert os.listdir(os.environ["GRADIENT_DATASETS"]) == []
        open("model", "w").write("weights")
        print(json.dumps({"metrics": {"score": score}}))
        """;

    private readonly TestRepository _repository = new();
    private readonly GradientCliHost _cli;

    public ImageRunTests()
    {
        _repository.Write(".gradient.yml", Manifest);
        _repository.Write("train.py", Program);
        _repository.Commit("Train in a container");
        _cli = new GradientCliHost(_repository.Path);
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_manifest_with_an_image_runs_in_containers()
    {
        OnEngine(TestEngine.Host);

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        answer.Out.ShouldContain("best      score 20  lr=2");
        var artifacts = Directory.GetFiles(Path.Combine(_cli.Data, "artifacts"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).Where(name => !name!.EndsWith(".sha256", StringComparison.Ordinal));
        artifacts.Order(StringComparer.Ordinal).ShouldBe(["by-1", "by-2", "made", "made", "model", "model"]);
        Directory.GetFiles(Path.Combine(_cli.Data, "storage"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["by-1", "by-2"]);
        var report = answer.Out.Split('\n').Single(line => line.Contains("report.html")).Split(' ')[^1];
        (await File.ReadAllTextAsync(report)).ShouldMatch("gradientci/test:1, sha256:[0-9a-f]{64}");
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_container_is_given_secrets_and_its_log_shows_none()
    {
        OnEngine(TestEngine.Host);
        _cli.Input = "a-value-of-16-letters"u8.ToArray();
        (await _cli.TypeAsync("secret", "set", "API_KEY")).ShouldEndWith(0);
        (await _cli.TypeAsync("secret", "set", "KEY_FILE")).ShouldEndWith(0);
        _repository.Write(".gradient.yml", Manifest.Replace("    setup:", "    secrets: [API_KEY, { KEY_FILE: file }]\n    setup:", StringComparison.Ordinal));
        _repository.Write("train.py", """
            import base64, json, os, stat
            path = os.environ["KEY_FILE"]
            assert os.environ["API_KEY"] == open(path).read() and len(open(path).read()) == 21
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o400
            print(os.environ["API_KEY"], base64.b64encode(open(path, "rb").read()).decode())
            print(json.dumps({"metrics": {"score": 20}}))
            open("model", "w").write("weights")
            """);
        _repository.Commit("Ask for secrets");

        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        (await _cli.TypeAsync("logs", "toy#1.1")).ShouldEndWith(0).Out.ShouldStartWith("*** ***\n");
        Directory.GetFiles(Path.Combine(_cli.Data, "attempts"), "secret*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [EngineFact(Timeout = 120_000)]
    public async Task What_was_computed_in_the_same_image_is_taken_over()
    {
        OnEngine(TestEngine.Host);
        await _cli.TypeAsync("run");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        Directory.GetDirectories(Path.Combine(_cli.Data, "attempts"), "toy-2", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_dataset_is_at_both_places_and_cannot_be_written()
    {
        OnEngine(TestEngine.Host);
        using var folder = new TemporaryFolder();
        folder.Write("mnist/1.png", "digit");
        _repository.Write(".gradient.yml", Manifest.Replace("setup:", "datasets: { mnist: /datasets/digits }\n    setup:", StringComparison.Ordinal));
        _repository.Write("train.py", """
            import json, os, sys
            for place in ["/datasets/digits", os.environ["GRADIENT_DATASETS"] + "/mnist"]:
                assert open(place + "/1.png").read() == "digit"
                try: open(place + "/mine", "w")
                except OSError as problem: assert problem.errno == 30
                else: raise SystemExit("written")
            assert os.listdir(os.environ["GRADIENT_DATASETS"]) == ["mnist"]
            open("model", "w").write("weights")
            print(json.dumps({"metrics": {"score": int(sys.argv[1])}}))
            """);
        _repository.Commit("Read a data set");
        (await _cli.TypeAsync("dataset", "add", "mnist", folder["mnist"])).ShouldEndWith(0);

        (await _cli.TypeAsync("run")).ShouldEndWith(0);

        Directory.GetFileSystemEntries(folder["mnist"]).ShouldHaveSingleItem();
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_checkpoint_survives_the_retry_in_another_container()
    {
        OnEngine(TestEngine.Host);
        _repository.Write(".gradient.yml", Manifest.Replace("setup:", "retries: { max: 1, on: [exit-code: 75] }\n    setup:", StringComparison.Ordinal));
        _repository.Write("train.py", """
            import json, os, sys
            checkpoint = os.path.join(os.environ["GRADIENT_CHECKPOINT"], "step")
            if not os.path.exists(checkpoint):
                open(checkpoint, "w").write("7")
                print(json.dumps({"chart": "loss", "x": 1, "y": 0.5}))
                sys.exit(75)
            assert os.environ["GRADIENT_ATTEMPT"] == "2"
            print(json.dumps({"chart": "score", "x": int(open(checkpoint).read()) + 1, "y": 1}))
            """);
        _repository.Commit("Begin anew where it ended");

        (await _cli.TypeAsync("run", "--set", "lr=1")).ShouldEndWith(0);

        (await _cli.TypeAsync("show", "toy#1.1")).Out.ShouldMatch("(?s)attempt 1 .*attempt 2 .*\nloss +1 .*\nscore +1 ");
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_driver_that_is_killed_costs_a_container_nothing()
    {
        OnEngine(TestEngine.Host);
        _repository.Write("train.py", """
            import json, os, sys, time
            storage = os.environ["GRADIENT_STORAGE"]
            print(*range(20000), sep="\n")
            open(os.path.join(storage, "started"), "a").write("yes\n")
            while not os.path.exists(os.path.join(storage, "go")): time.sleep(0.05)
            print(*range(20000, 40000), sep="\n")
            print(json.dumps({"metrics": {"score": int(sys.argv[1])}}))
            """);
        _repository.Commit("Wait for a sign");
        var storage = await MakeStorageAsync();
        using (var driver = Start("run", "--set", "lr=2"))
        {
            await FileArrival.WaitForAsync(Path.Combine(storage, "started"), "yes");
            driver.Kill();
            await driver.WaitForExitAsync();
        }

        await File.WriteAllTextAsync(Path.Combine(storage, "go"), "");
        var answer = await _cli.TypeAsync("retry", "toy#1");

        answer.ShouldEndWith(0);
        (await File.ReadAllTextAsync(Path.Combine(storage, "started"))).ShouldBe("yes\n");
        var log = await File.ReadAllLinesAsync(Directory.GetFiles(Path.Combine(_cli.Data, "logs"), "1.1.log", SearchOption.AllDirectories).Single());
        log[..^1].ShouldBe(Enumerable.Range(0, 40_000).Select(number => $"{number}"));
    }

    [EngineFact(Timeout = 120_000)]
    public async Task An_image_that_cannot_be_had_is_wrong_before_anything_is_recorded()
    {
        OnEngine(TestEngine.Host);
        _repository.Write(".gradient.yml", Manifest.Replace("gradientci/test:1", "127.0.0.1:1/none:1", StringComparison.Ordinal));
        _repository.Commit("Name an image that is nowhere");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(3);
        answer.Error.ShouldContain("error: The image 127.0.0.1:1/none:1 cannot be had: ");
        (await _cli.TypeAsync("list")).Out.ShouldNotContain("toy#1");
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_an_Engine_run_and_doctor_say_so()
    {
        OnEngine($"unix://{_cli.Data}/none.sock");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(3);
        answer.Error.ShouldContain($"error: The image gradientci/test:1 is asked for, and trials cannot run in it: No Docker Engine answers at unix://{_cli.Data}/none.sock");
        answer.Error.ShouldContain("hint: Start it");
        (await _cli.TypeAsync("list")).Out.ShouldNotContain("toy#1");
        (await _cli.TypeAsync("doctor")).Out.ShouldMatch("(?m)^docker +warning +No Docker Engine answers at unix://.*; experiments with an image cannot run");
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_manifest_with_a_build_has_its_image_built_once_and_trials_run_in_it()
    {
        OnEngine(TestEngine.Host);
        var unique = Guid.NewGuid().ToString("N");
        _repository.Write("Dockerfile", "FROM gradientci/test:1\nARG WORD\nCOPY base.txt /opt/base.txt\nRUN echo \"$WORD\" >/opt/word\n");
        _repository.Write("base.txt", unique);
        _repository.Write(".dockerignore", "*\n!base.txt\n");
        _repository.Write(".gradient.yml", Manifest.Replace("image: gradientci/test:1", "build: { args: { WORD: built } }", StringComparison.Ordinal)
            .Replace("    setup: echo from-setup >made\n", "", StringComparison.Ordinal));
        _repository.Write("train.py", $"""
            import json, sys
            assert open("/opt/word").read() == "built\n" and open("/opt/base.txt").read() == "{unique}"
            open("model", "w").write("weights")
            print(json.dumps(dict(metrics=dict(score=int(sys.argv[1])))))
            """);
        _repository.Commit("Build an image");

        var first = await _cli.TypeAsync("run");
        _repository.Write("README.md", "Nothing that the image is made of.");
        _repository.Commit("Write a page");
        var second = await _cli.TypeAsync("run");

        first.ShouldEndWith(0);
        second.ShouldEndWith(0);
        first.Out.ShouldMatch("(?m)^  image     built by Dockerfile  sha256:[0-9a-f]{64}$");
        (await _cli.TypeAsync("logs", "toy#1", "--build")).Out.ShouldContain("RUN echo \"$WORD\" >/opt/word");
        (await _cli.TypeAsync("logs", "toy#2", "--build")).Out.ShouldContain("was built before of the same files.");
        (await _cli.TypeAsync("prune", "--images", "1h")).Out.ShouldNotContain("gradientci/build:");
        var dry = await _cli.TypeAsync("prune", "--images", "0h");
        dry.Out.ShouldMatch("(?m)^gradientci/build:[0-9a-f]+");
        dry.Out.ShouldContain("Nothing was deleted. To delete it, add: --yes");
        (await _cli.TypeAsync("prune", "--images", "0h", "--yes")).Out.ShouldContain("Removed 1 image.");
        (await _cli.TypeAsync("prune", "--images", "0h")).Out.ShouldContain("There is nothing to delete.");
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_setup_is_run_once_and_its_result_is_an_image_of_its_own()
    {
        OnEngine(TestEngine.Host);
        var unique = Guid.NewGuid().ToString("N");
        _repository.Write("requirements.txt", unique);
        _repository.Write(".gradient.yml", Manifest.Replace(
            "setup: echo from-setup >made", "setup: { run: 'cat requirements.txt >/opt-installed; echo from-setup >made', files: [requirements.txt] }", StringComparison.Ordinal));
        _repository.Write("train.py", $"""
            import json, sys
            assert open("/opt-installed").read() == "{unique}" and open("made").read() == "from-setup\n"
            open("model", "w").write("weights")
            print(json.dumps(dict(metrics=dict(score=int(sys.argv[1])))))
            """);
        _repository.Commit("Install what is needed");

        var first = await _cli.TypeAsync("run");
        _repository.Write("train.py", File.ReadAllText(Path.Combine(_repository.Path, "train.py")) + "\n# Changed.\n");
        _repository.Commit("Change the program");
        var second = await _cli.TypeAsync("run");

        first.ShouldEndWith(0);
        second.ShouldEndWith(0);
        var image = DigestIn(first.Out, @"(?m)^  image     gradientci/test:1, set up  (sha256:[0-9a-f]{64})$");
        DigestIn(second.Out, @", set up  (sha256:[0-9a-f]{64})$").ShouldBe(image);
        (await _cli.TypeAsync("show", "toy#1")).Out.ShouldContain($"gradientci/test:1, set up  {image}");
        (await _cli.TypeAsync("logs", "toy#1", "--build")).Out.ShouldMatch(@"\AFROM sha256:[0-9a-f]{64}\nSETUP cat requirements.txt >/opt-installed; echo from-setup >made\n");
        (await _cli.TypeAsync("logs", "toy#2", "--build")).Out.ShouldContain("was set up before with the same files.");
        (await _cli.TypeAsync("prune", "--images", "0h", "--yes")).Out.ShouldContain("Removed 1 image.");
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_setup_that_fails_ends_the_run_and_its_log_can_be_read()
    {
        OnEngine(TestEngine.Host);
        _repository.Write(".gradient.yml", Manifest.Replace("echo from-setup >made", "echo why it broke; exit 4", StringComparison.Ordinal));
        _repository.Commit("Break the setup");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(3);
        answer.Out.ShouldContain("its setup ended with code 4. Before that it printed:");
        answer.Out.ShouldContain("gradientci logs toy#1 --build");
        (await _cli.TypeAsync("logs", "toy#1")).Out.ShouldContain("why it broke\n");
    }

    [EngineFact(Timeout = 120_000)]
    public async Task A_build_that_fails_ends_the_run_and_its_log_can_be_read()
    {
        OnEngine(TestEngine.Host);
        _repository.Write("Dockerfile", "FROM gradientci/test:1\nRUN echo why it broke; exit 4\n");
        _repository.Write(".gradient.yml", Manifest.Replace("image: gradientci/test:1", "build: {}", StringComparison.Ordinal));
        _repository.Commit("Break the image");

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(3);
        answer.Out.ShouldContain("returned a non-zero code: 4. Before that it printed:");
        answer.Out.ShouldContain("gradientci logs toy#1 --build");
        (await _cli.TypeAsync("logs", "toy#1")).Out.ShouldContain("why it broke\n");
    }

    [EngineFact(Timeout = 60_000)]
    public async Task With_an_Engine_doctor_names_it()
    {
        OnEngine(TestEngine.Host);

        (await _cli.TypeAsync("doctor")).Out.ShouldMatch("(?m)^docker +ok +Docker [0-9].* at unix://.*, interface 1[.][0-9]+, [a-z0-9]+[.]");
    }

    [EngineFact(Timeout = 60_000)]
    public async Task Doctor_misses_the_network_that_trials_are_to_be_on()
    {
        OnEngine(TestEngine.Host, network: "no-such-network");

        (await _cli.TypeAsync("doctor")).Out.ShouldMatch("(?m)^docker +warning +The Docker network no-such-network that trials are to be on is not there; experiments with an image cannot run");
    }

    [PodmanFact(Timeout = 120_000)]
    public async Task A_manifest_with_an_image_runs_with_Podman_too()
    {
        OnEngine(TestPodman.Host);

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        answer.Out.ShouldContain("best      score 20  lr=2");
        answer.Out.ShouldMatch("(?m)^  image     gradientci/test:1, set up  sha256:[0-9a-f]{64}$");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private static string DigestIn(string text, string pattern) => Regex.Match(text, pattern, RegexOptions.Multiline).Groups[1].Value;

    // Made before the run, so that it can be looked into while it fills.
    private async Task<string> MakeStorageAsync()
    {
        await using var repository = await GitRepository.OpenAsync(_repository.Path, CancellationToken.None);
        return Directory.CreateDirectory(new DataFolder(_cli.Data).Storage(ProjectIdentity.Of(repository).Id)).FullName;
    }

    private Process Start(params string[] words)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _repository.Path, UseShellExecute = false };
        start.Environment["DOCKER_HOST"] = TestEngine.Host;
        foreach (var word in (string[])[typeof(CommandLine).Assembly.Location, .. words, "--data", _cli.Data])
        {
            start.ArgumentList.Add(word);
        }

        return Process.Start(start)!;
    }

    private void OnEngine(string host, string? network = null) => _cli.Peculiar = terminal =>
    {
        var variable = terminal.Variable;
        return terminal with { Variable = name => name switch { "DOCKER_HOST" => host, "GRADIENTCI_DOCKER_NETWORK" => network, _ => variable(name) } };
    };
}
