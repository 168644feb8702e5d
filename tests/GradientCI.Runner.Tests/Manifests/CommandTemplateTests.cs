using System.Buffers;
using System.Diagnostics;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Manifests.Templates;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Testing;

namespace GradientCI.Runner.Tests.Manifests;

public sealed class CommandTemplateTests
{
    private static readonly SearchValues<char> Special = SearchValues.Create("'\"\\#$`<");

    private static readonly string[] HostileValues =
    [
        "", " ", "a b", "'", "''", "\"", "\\", "a\\", "$(touch canary)", "`touch canary`", "${HOME}", "; touch canary", "'; touch canary; '",
        "\"; touch canary; \"", "\n touch canary \n", "| touch canary", "&& touch canary", "> canary", "*", "~", "#", "-n", "--", "!", "if", "é✓", "'\\''", "$'\\n'", "a=b", "2",
    ];

    [Fact]
    public void Numbers_and_texts_stand_where_the_templates_stood()
    {
        var expanded = CommandTemplate.Expand(
            new CommandSpec(["python t.py --lr=${{ lr }} ${{optimizer}} --seed ${{ seed }} -n ${{ trial }} ${{ sha }}"], IsShell: true), Values(("lr", 0.1), ("optimizer", "adam")));

        expanded.Words.ShouldBe(["python t.py --lr=0.1 'adam' --seed 7 -n 3 0123456789abcdef0123456789abcdef01234567"]);
    }

    [Fact]
    public void Args_are_all_parameters_as_name_and_value()
    {
        var values = Values(("lr", 0.1), ("batch_size", 64L), ("nesterov", true), ("note", "a b"));

        CommandTemplate.Expand(new CommandSpec(["t.py ${{ args }}"], IsShell: true), values).Words
            .ShouldBe(["t.py --lr 0.1 --batch_size 64 --nesterov 'true' --note 'a b'"]);
        CommandTemplate.Expand(new CommandSpec(["t.py", "${{ args }}", "x=${{ note }}"], IsShell: false), values).Words
            .ShouldBe(["t.py", "--lr", "0.1", "--batch_size", "64", "--nesterov", "true", "--note", "a b", "x=a b"]);
    }

    [Fact]
    public void A_parameter_that_does_not_exist_is_an_empty_word()
    {
        CommandTemplate.Expand(new CommandSpec(["echo ${{ momentum }} ${{ args }}"], IsShell: true), Values()).Words.ShouldBe(["echo '' "]);
        CommandTemplate.Expand(new CommandSpec(["echo", "${{ momentum }}", "${{ args }}"], IsShell: false), Values()).Words.ShouldBe(["echo", ""]);
    }

    [Fact]
    public void A_template_in_quotes_is_never_expanded() => Should.Throw<GradientException>(
        () => CommandTemplate.Expand(new CommandSpec(["echo \"${{ lr }}\""], IsShell: true), Values(("lr", 0.1)))).Kind.ShouldBe(FailureKind.Usage);

    [Theory]
    [InlineData("echo ${{ x }}")]
    [InlineData("echo 'a' \"b $(pwd)\" ${{ x }} # not 'here'")]
    [InlineData("out=$(echo ${{ x }}) && echo a--${{ x }}--b")]
    [InlineData("a \\\n  --x ${{ x }} \\\n  ${{ args }}")]
    [InlineData("case x in a) echo ${{ x }} ;; esac")]
    [InlineData("echo \"it's\" ${HOME} \\\" ${{ x }}")]
    [InlineData("echo a#b ${{ x }} | tee log")]
    public void Templates_outside_quotes_are_good(string line) => ShellLine.Refusals(Template.Parse(line)).ShouldBeEmpty();

    [Theory]
    [InlineData("echo \"${{ x }}\"")]
    [InlineData("echo 'a ${{ x }}'")]
    [InlineData("echo a # it's ${{ x }}")]
    [InlineData("echo `echo ${{ x }}`")]
    [InlineData("echo \"`date`\" ${{ x }}")]
    [InlineData("cat <<E\n${{ x }}\nE")]
    [InlineData("echo $((1 + ${{ x }}))")]
    [InlineData("echo ${a:-${{ x }}}")]
    [InlineData("echo $${{ x }}")]
    [InlineData("echo \\${{ x }}")]
    [InlineData("echo \"$(case x in a) echo \"${{ x }}\";; esac)\"")]
    [InlineData("echo \"${a:-\"${{ x }}\"}\"")]
    [InlineData("echo $'a' ${{ x }}")]
    [InlineData("echo $\\\n(( ${{ x }} ))")]
    public void Templates_where_quoting_would_not_hold_are_refused(string line) => ShellLine.Refusals(Template.Parse(line)).ShouldNotBeEmpty();

    [Fact(Timeout = 30_000)]
    public async Task The_shell_gets_every_hostile_value_as_one_word()
    {
        using var folder = new TemporaryFolder();
        var line = string.Join('\n', HostileValues.Select((_, index) => $"printf '%s\\0' ${{{{ p{index} }}}} x${{{{ p{index} }}}}y>>out"));
        var values = Values([.. HostileValues.Select((value, index) => ($"p{index}", (object)value))]);

        await RunShell(CommandTemplate.Expand(new CommandSpec([line], IsShell: true), values).Words[0], folder.Path);

        (await File.ReadAllTextAsync(Path.Combine(folder.Path, "out"))).ShouldBe(string.Concat(HostileValues.Select(value => $"{value}\0x{value}y\0")));
        Directory.GetFiles(folder.Path).Select(Path.GetFileName).ShouldBe(["out"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task No_line_that_is_let_through_lets_a_value_out()
    {
        string[] pieces = ["'", "\"", "\\", "#", "\n", "$(", ")", "`", "<<", "a", " ", " ", "${{ x }}", "${{ x }}", "${{ x }}", "case x in a)", ";; esac", "$", "{", "}", "${", "((", "))", "\\\n", ";", "echo ", "E\n", "$'", "~"];
        var random = new Random(7);
        using var folder = new TemporaryFolder();
        var run = 0;

        for (var round = 0; round < 6_000 && run < 700; round++)
        {
            var line = "echo " + string.Concat(Enumerable.Range(0, random.Next(2, 14)).Select(_ => pieces[random.Next(pieces.Length)]));
            var template = Template.Parse(line);
            if (template.Slots.IsEmpty || !line.AsSpan().ContainsAny(Special) || CommandTemplate.Problem(new CommandSpec([line], IsShell: true), template) is not null)
            {
                continue;
            }

            run++;
            var hostile = random.Next(3) switch
            {
                0 => "\n touch canary\n",
                1 => "'\"`$(touch canary)`touch canary`;touch canary;\"'\\",
                _ => "$(touch canary) `touch canary` ; touch canary; ) touch canary",
            };
            await RunShell(CommandTemplate.Expand(new CommandSpec([line], IsShell: true), Values(("x", hostile))).Words[0], folder.Path);

            File.Exists(Path.Combine(folder.Path, "canary")).ShouldBeFalse(line);
        }

        run.ShouldBe(700);
    }

    private static TemplateValues Values(params (string Name, object Value)[] items) => new(
        new ParameterSet(items.Select(item => KeyValuePair.Create(item.Name, item.Value switch
        {
            double number => ParameterValue.Of(number),
            long integer => ParameterValue.Of(integer),
            bool boolean => ParameterValue.Of(boolean),
            var text => ParameterValue.Of((string)text),
        }))),
        Seed: 7,
        Trial: 3,
        "0123456789abcdef0123456789abcdef01234567");

    private static async Task RunShell(string line, string folder)
    {
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync(), process.WaitForExitAsync());
    }
}
