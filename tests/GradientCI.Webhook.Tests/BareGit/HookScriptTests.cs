using System.Globalization;
using GradientCI.Testing;

namespace GradientCI.Webhook.Tests.BareGit;

/// <summary>The shell script by itself: what it starts, what it says when something is missing.</summary>
public sealed class HookScriptTests
{
    // Plays the worker and "watch": notes its environment, answers what lies in the inbox.
    private const string FakeProgram = """
        #!/bin/sh
        here=${0%/*}
        if [ "$1" = watch ]; then echo "watching $2 $3 $4"; exit 7; fi
        { echo "args=$*"; echo "folder=$(pwd)"; echo "input=$(readlink /proc/$$/fd/0)"; env; } >"$here/seen.tmp"
        mv "$here/seen.tmp" "$here/seen"
        for push in "$here"/data/inbox/*.push; do
          printf 'say digits#1 queued\nrun digits#1\nnonsense\nend\n' >"${push%.push}.answer"
          rm "$push"
        done
        """;

    [Fact(Timeout = 60_000)]
    public async Task A_push_starts_a_worker_apart_from_git_and_shows_its_answer()
    {
        await using var stage = await StageWithProgramAsync();

        var answer = await stage.PushAsync("main");

        answer.ShouldBe("gradientci: digits#1 queued");
        var seen = await File.ReadAllLinesAsync(stage["seen"]);
        seen.ShouldContain($"args=worker --until-idle --only-one --data {stage.Data.Root}");
        seen.ShouldContain("folder=/");
        seen.ShouldContain("input=/dev/null");
        seen.ShouldContain(line => line.StartsWith("PATH="));
        seen.ShouldNotContain(line => line.StartsWith("GIT_"));
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_web_server_or_ssh_told_the_hook_does_not_reach_the_worker()
    {
        await using var stage = await StageWithProgramAsync();

        await RunHookAsync(stage, ("HTTP_AUTHORIZATION", "secret"), ("SSH_AUTH_SOCK", "/s"), ("REMOTE_USER", "ada"), ("PATH_INFO", "/x"), ("CONTENT_TYPE", "t"), ("GIT_QUARANTINE_PATH", "/q"), ("OMP_NUM_THREADS", "2"));

        var seen = await File.ReadAllLinesAsync(stage["seen"]);
        seen.ShouldContain("OMP_NUM_THREADS=2");
        seen.ShouldNotContain(line => line.StartsWith("HTTP_") || line.StartsWith("SSH_") || line.StartsWith("REMOTE_") || line.StartsWith("PATH_INFO") || line.StartsWith("CONTENT_") || line.StartsWith("GIT_"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_push_that_wants_to_wait_watches_each_run()
    {
        await using var stage = await StageWithProgramAsync();

        var answer = await stage.PushAsync("-o", "gradient.wait", "main");

        answer.ShouldBe($"gradientci: digits#1 queued\nwatching digits#1 --repo {stage.Bare}");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_earlier_hook_gets_the_same_input_and_its_exit_code_is_told()
    {
        await using var stage = await StageWithProgramAsync();
        await File.WriteAllTextAsync(stage.Hook + ".before-gradientci", "#!/bin/sh\necho \"earlier: $GIT_PUSH_OPTION_0\"; cat >earlier.input; exit 3\n");
        File.SetUnixFileMode(stage.Hook + ".before-gradientci", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var answer = await stage.PushAsync("-o", "hello", "main", "main:other");

        var sha = stage.Work.Git("rev-parse", "HEAD").Trim();
        answer.ShouldBe($"earlier: hello\ngradientci: the earlier hook hooks/post-receive.before-gradientci ended with exit code 3\ngradientci: digits#1 queued");
        (await File.ReadAllTextAsync(Path.Combine(stage.Bare, "earlier.input")))
            .ShouldBe($"{new string('0', 40)} {sha} refs/heads/main\n{new string('0', 40)} {sha} refs/heads/other\n");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_data_folder_that_vanished_costs_a_sentence()
    {
        await using var stage = await StageWithProgramAsync();
        await File.WriteAllTextAsync(stage.Hook + ".before-gradientci", "#!/bin/sh\necho earlier; cat >/dev/null\n");
        File.SetUnixFileMode(stage.Hook + ".before-gradientci", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.Delete(stage.Data.Inbox, recursive: true);

        var answer = await stage.PushAsync("main");

        answer.ShouldBe($"gradientci: nothing was started: {stage.Data.Inbox} is not there, is full, or cannot be written. See: gradientci hook status --repo {stage.Bare}\nearlier");
    }

    [FactOnSmallDisk(Timeout = 60_000)]
    public async Task A_full_disk_costs_a_sentence_and_leaves_nothing_half_written()
    {
        await using var stage = await StageWithProgramAsync();
        using var disk = new SmallDisk(stage.Data.Inbox, 1);
        await FillAsync(stage.Data.Inbox);

        var answer = await stage.PushAsync("main");

        answer.ShouldStartWith("gradientci: nothing was started: ");
        Directory.EnumerateFiles(stage.Data.Inbox).Select(Path.GetFileName).ShouldBe(["filler"]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("flock")]
    [InlineData("setsid")]
    [InlineData("timeout")]
    public async Task A_missing_tool_costs_a_sentence_and_the_push_is_kept(string missing)
    {
        await using var stage = await StageWithProgramAsync();
        var tools = Directory.CreateDirectory(stage["tools"]).FullName;
        foreach (var tool in (string[])["flock", "setsid", "timeout", "mktemp", "mkfifo", "sed", "cat", "mv", "rm", "env"])
        {
            if (tool != missing)
            {
                File.CreateSymbolicLink(Path.Combine(tools, tool), "/usr/bin/" + tool);
            }
        }

        var answer = await RunHookAsync(stage, ("PATH", tools));

        answer.All.ShouldBe($"gradientci: recorded, but no worker was started: there is no {missing} on the PATH here. Start one with: gradientci worker\n");
        answer.Code.ShouldBe(0);
        Directory.EnumerateFiles(stage.Data.Inbox, "*.push").Count().ShouldBe(1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_is_gone_costs_a_sentence()
    {
        await using var stage = await PushStage.SetAsync(program: "/nowhere/gradientci");

        (await stage.PushAsync("main")).ShouldBe("gradientci: recorded, but no worker was started: /nowhere/gradientci is gone. Install the hook again.");
    }

    [Fact(Timeout = 60_000)]
    public async Task An_option_with_a_line_break_forges_nothing()
    {
        await using var stage = await PushStage.SetAsync();

        await RunHookAsync(stage, ("GIT_PUSH_OPTION_COUNT", "2"), ("GIT_PUSH_OPTION_0", "x\nrepository /etc"), ("GIT_PUSH_OPTION_1", "$(touch /tmp/x)`id`"), ("PATH", "/usr/bin:/bin"));

        var lines = await File.ReadAllLinesAsync(Directory.EnumerateFiles(stage.Data.Inbox, "*.push").Single());
        lines.Take(4).ShouldBe(["gradientci push 1", $"repository {stage.Bare}", "option $(touch /tmp/x)`id`", ""]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("dash")]
    [InlineData("bash")]
    public async Task The_script_is_read_by_every_shell(string shell)
    {
        await using var stage = await StageWithProgramAsync();

        var answer = await Shell.RunAsync(stage.Bare, shell, [stage.Hook], Input(stage));

        answer.All.ShouldBe("gradientci: digits#1 queued\n");
    }

    internal static Task<ShellAnswer> RunHookAsync(PushStage stage, params (string, string?)[] environment) =>
        Shell.RunAsync(stage.Bare, stage.Hook, [], Input(stage), environment);

    internal static async Task FillAsync(string folder)
    {
        await using var filler = new FileStream(Path.Combine(folder, "filler"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static string Input(PushStage stage) => string.Create(
        CultureInfo.InvariantCulture, $"{new string('0', 40)} {stage.Work.Git("rev-parse", "HEAD").Trim()} refs/heads/main\n");

    private static async Task<PushStage> StageWithProgramAsync()
    {
        var stage = await PushStage.SetAsync();
        var program = stage["program"];
        await File.WriteAllTextAsync(program, FakeProgram);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var repository = await GradientCI.Runner.Git.GitRepository.OpenAsync(stage.Bare, default);
        await new Webhook.Forges.BareGit.PostReceiveHook(repository).InstallAsync(stage.Data, [program], default);
        return stage;
    }
}
