using System.Collections.Immutable;
using System.Text.Json;
using GradientCI.Runner.Executors;
using GradientCI.Specs;
using GradientCI.Testing.Engines;
using GradientCI.Testing.Executors;

namespace GradientCI.Testing.Contracts;

/// <summary>What executors promise that run real programs on this machine.</summary>
public abstract class ProgramExecutorContract : TrialExecutorContract
{
    /// <summary>Starts an attempt from another process, kills that process, and gives the attempt's handle.</summary>
    protected abstract Task<string> StartFromADyingProcessAsync(AttemptRequest request);

    /// <summary>Whether a process of an attempt lives, by the id that it knew itself by.</summary>
    protected abstract bool IsAlive(string pid);

    [ContractFact(Timeout = Limit)]
    public async Task An_attempt_outlives_whoever_started_it()
    {
        var request = Request("echo begun; echo yes >began; while [ ! -e go ]; do sleep 0.02; done; echo finished; exit 5");
        var handle = await StartFromADyingProcessAsync(request);
        await BeganAsync();

        await using var adopted = await Executor.AdoptAsync(request, handle, CancellationToken.None);
        Folder.Write("go", "");

        (await adopted.ShouldNotBeNull().Completion).ShouldBe(new AttemptEnd(5));
        (await File.ReadAllTextAsync(request.LogPath)).ShouldBe("begun\nfinished\n");
    }

    [ContractFact(Timeout = Limit)]
    public async Task An_attempt_that_ended_while_nobody_watched_keeps_its_exit_code()
    {
        var request = Request("echo yes >began; while [ ! -e go ]; do sleep 0.02; done; exit 6");
        var handle = await StartFromADyingProcessAsync(request);
        await BeganAsync();
        await using (var witness = await Executor.AdoptAsync(request, handle, CancellationToken.None))
        {
            Folder.Write("go", "");
            await witness!.Completion;
        }

        await using var adopted = await Create().AdoptAsync(request, handle, CancellationToken.None);

        (await adopted.ShouldNotBeNull().Completion).ShouldBe(new AttemptEnd(6));
    }

    [ContractFact(Timeout = Limit)]
    public async Task Nothing_is_left_after_a_stop()
    {
        await using var attempt = await StartAsync(Request($"{TrainerProgram.Path} daemon pid; (trap '' TERM; sleep 1000) & echo ready; sleep 1000"));
        await LogHoldsAsync("ready");
        var daemon = (await File.ReadAllTextAsync(Folder["pid"])).Trim();
        IsAlive(daemon).ShouldBeTrue();

        await attempt.StopAsync(TimeSpan.FromMilliseconds(100), CancellationToken.None);

        IsAlive(daemon).ShouldBeFalse();
    }

    [ContractFact(Timeout = Limit)]
    public async Task The_environment_is_the_contract_and_nothing_secret_of_ours()
    {
        Environment.SetEnvironmentVariable("GRADIENTCI_TEST_SECRET", "do not pass on");
        var variables = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["GRADIENT_TRIAL"] = "3",
            ["PARAM_TEXT"] = "two words, 'quotes', \"more\", $HOME, `x`, a=b,\nand a second line: é 😀",
            ["CUDA_VISIBLE_DEVICES"] = "",
            ["e"] = "a name that a script might use",
        });

        var end = await RunAsync(Request(TrainerProgram.Command("dump", Folder["dump"])) with { Environment = variables });

        end.ShouldBe(new AttemptEnd(0));
        var seen = Dump().GetProperty("Environment").EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetString(), StringComparer.Ordinal);
        variables.ShouldAllBe(variable => seen.GetValueOrDefault(variable.Key) == variable.Value);
        seen.ShouldNotContainKey("GRADIENTCI_TEST_SECRET");
        seen["PATH"].ShouldNotBeNullOrEmpty();
    }

    [ContractFact(Timeout = Limit)]
    public async Task The_list_form_reaches_the_program_word_by_word_and_without_a_shell()
    {
        string[] words = ["", " ", "$HOME", "`id`", "a;b", "*", "-x", "'", "\"", "\\", "é\n😀"];

        var end = await RunAsync(Request(TrainerProgram.Command(["dump", Folder["dump"], .. words])));

        end.ShouldBe(new AttemptEnd(0));
        Dump().GetProperty("Arguments").EnumerateArray().Select(word => word.GetString()).ShouldBe(words);
    }

    [ContractFact(Timeout = Limit)]
    public async Task The_command_starts_in_its_working_directory()
    {
        var folder = Directory.CreateDirectory(Folder["a b"]).FullName;

        await RunAsync(Request(TrainerProgram.Command("dump", Folder["dump"])) with { WorkingDirectory = folder });

        Dump().GetProperty("Directory").GetString().ShouldBe(folder);
    }

    [ContractTheory(Timeout = Limit)]
    [InlineData("exit", 127)]
    [InlineData("no-such-program", 127)]
    [InlineData("/etc/passwd", 126)]
    public async Task A_program_that_cannot_be_executed_is_an_exit_code_with_a_sentence_in_the_log(string program, int code)
    {
        var end = await RunAsync(Request(new CommandSpec([program, "0"], IsShell: false)));

        end.ExitCode.ShouldBe(code);
        (await File.ReadAllTextAsync(Folder["log"])).ShouldContain(program);
    }

    [ContractFact(Timeout = Limit)]
    public async Task Setup_runs_before_the_command_in_the_same_folder()
    {
        await RunAsync(Request("cat made-by-setup") with { Setup = "echo hello >made-by-setup" });

        (await File.ReadAllTextAsync(Folder["log"])).ShouldBe("hello\n");
    }

    [ContractFact(Timeout = Limit)]
    public async Task A_failing_setup_is_the_failure_of_the_attempt()
    {
        var end = await RunAsync(Request("echo never") with { Setup = "echo setup; exit 4" });

        end.ShouldBe(new AttemptEnd(4));
        (await File.ReadAllTextAsync(Folder["log"])).ShouldBe("setup\n");
    }

    [ContractFact(Timeout = Limit)]
    public virtual async Task A_hundred_thousand_lines_and_a_huge_one_reach_the_log_whole()
    {
        await RunAsync(Request($"{TrainerProgram.Path} lines 100000; {TrainerProgram.Path} huge-line 5000000"));

        var lines = await File.ReadAllLinesAsync(Folder["log"]);
        lines.Length.ShouldBe(100_001);
        lines[99_999].ShouldBe("line 100000");
        lines[^1].Length.ShouldBe(5_000_000);
    }

    private JsonElement Dump()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Folder["dump"]));
        return document.RootElement.Clone();
    }

    // Whoever adopts an attempt sooner may keep it from beginning.
    private async Task BeganAsync() => await FileArrival.WaitForAsync(Folder["began"], "yes");
}
