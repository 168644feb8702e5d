using System.Text;
using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>Terminals that are gone, disks that are full, texts that want to steer the screen, and faults of our own.</summary>
public sealed class TerminalTests : IDisposable
{
    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;

    public TerminalTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_standard_error_does_not_end_the_run(bool isScreen)
    {
        _cli.Peculiar = terminal => terminal with { Error = new BrokenWriter(), IsErrorScreen = isScreen };

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        answer.Out.ShouldContain("toy#1  passed");
    }

    [Fact(Timeout = 60_000)]
    public async Task The_live_view_goes_to_standard_error_and_leaves_the_results_alone()
    {
        _cli.Peculiar = terminal => terminal with { IsErrorScreen = true };

        var answer = await _cli.TypeAsync("run");

        answer.ShouldEndWith(0);
        answer.Out.ShouldStartWith("toy#1  passed");
        answer.Error.ShouldContain("trials");
    }

    [Fact]
    public async Task A_full_disk_under_standard_output_is_an_environment_failure()
    {
        _cli.Peculiar = terminal => terminal with { Out = new BrokenWriter() };

        var answer = await _cli.TypeAsync("list");

        answer.ShouldEndWith(3);
        answer.Error.ShouldBe("error: No space left on device\nhint: Check the path, its permissions and the disk's free space.\n");
    }

    [Fact]
    public async Task An_unexpected_fault_is_a_sentence_and_exit_code_3()
    {
        _cli.Peculiar = terminal => terminal with { Variable = _ => throw new InvalidOperationException("The moon is full.") };

        (await _cli.TypeAsync("list")).ShouldEndWith(3).Error.ShouldBe(
            "error: Something unexpected went wrong: The moon is full.\nhint: Run it again with --verbose, and report what it prints.\n");
        (await _cli.TypeAsync("list", "--verbose")).ShouldEndWith(3).Error.ShouldContain("   at GradientCI.Cli.");
    }

    [Theory]
    [InlineData("show", "to\u001b[2Jy#9")]
    [InlineData("\u001b[2J")]
    [InlineData("list", "toy", "to\u001b[2Jy")]
    public async Task An_error_message_does_not_steer_the_terminal(params string[] words)
    {
        var answer = await _cli.TypeAsync(words);

        answer.ShouldEndWith(2).Error.ShouldNotContain('\u001b');
        answer.Error.ShouldContain("[2J");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_goes_into_a_pipe_byte_by_byte_and_onto_a_screen_without_escape_sequences()
    {
        _repository.Write("train.sh", "printf 'one\\ntwo \\377\\033[2J\\n'");
        _repository.Commit("Print what is no text");
        (await _cli.TypeAsync("run")).ShouldEndWith(1);

        (await _cli.TypeAsync("logs", "toy#1.1", "--tail", "1")).ShouldEndWith(0).Bytes.ShouldBe([.. "two "u8, 0xFF, 0x1B, .. "[2J\n"u8]);
        _cli.Peculiar = terminal => terminal with { IsOutScreen = true };
        (await _cli.TypeAsync("logs", "toy#1.1", "--tail", "1")).ShouldEndWith(0).Out.ShouldBe("two \uFFFD\uFFFD[2J\n");
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private sealed class BrokenWriter : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => throw new IOException("No space left on device");
    }
}
