using GradientCI.Webhook.Commands;

namespace GradientCI.Webhook.Tests.Commands;

public sealed class CommandParserTests
{
    [Fact]
    public void A_run_has_an_experiment_and_parameters_in_any_order()
    {
        var command = CommandParser.Parse("Let us see.\n\n/gradient run lr=0.1 digits  batch=64 \nThank you!").ShouldHaveSingleItem();

        (command.Verb, command.Argument, command.Mistake).ShouldBe((CommandVerb.Run, "digits", ""));
        command.Overrides.ShouldBe(["lr=0.1", "batch=64"]);
        command.Text.ShouldBe("/gradient run lr=0.1 digits batch=64");
    }

    [Theory]
    [InlineData("/gradient run", "Run", "")]
    [InlineData("/gradient\trun", "Run", "")]
    [InlineData("/gradient RETRY\r\nmore", "Retry", "")]
    [InlineData("/gradient cancel", "Cancel", "")]
    [InlineData("/gradient approve", "Approve", "")]
    [InlineData("/gradient compare feature/lr", "Compare", "feature/lr")]
    [InlineData("/gradient help me", "Help", "")]
    [InlineData("/gradient", "Help", "")]
    public void Each_command_is_understood(string comment, string verb, string argument)
    {
        var command = CommandParser.Parse(comment).ShouldHaveSingleItem();

        (command.Verb.ToString(), command.Argument, command.Mistake).ShouldBe((verb, argument, ""));
    }

    [Theory]
    [InlineData("/gradient rnu digits", "There is no such command; did you mean /gradient run?")]
    [InlineData("/gradient aprove", "There is no such command; did you mean /gradient approve?")]
    [InlineData("/gradient frobnicate", "There is no such command. The commands are: run, retry, cancel, approve, compare, help.")]
    [InlineData("/gradient run one two", "One experiment at a time, and parameters as name=value without blanks: /gradient run [experiment] [name=value …]")]
    [InlineData("/gradient run =3", "A parameter has its name before the equals sign: /gradient run [experiment] [name=value …]")]
    [InlineData("/gradient retry digits#12", "Nothing may follow: /gradient retry")]
    [InlineData("/gradient compare", "Name one branch, tag, commit or run: /gradient compare <ref>")]
    [InlineData("/gradient compare a b", "Name one branch, tag, commit or run: /gradient compare <ref>")]
    public void A_mistake_is_answered_with_what_was_meant(string comment, string mistake) =>
        CommandParser.Parse(comment).ShouldHaveSingleItem().Mistake.ShouldBe(mistake);

    [Theory]
    [InlineData("Please /gradient run")]
    [InlineData(" /gradient run")]
    [InlineData("/gradientci run")]
    [InlineData("/Gradient run")]
    [InlineData("> /gradient run")]
    [InlineData("  >/gradient run")]
    [InlineData("    /gradient run")]
    [InlineData("\t/gradient run")]
    [InlineData("- /gradient run")]
    [InlineData("`/gradient run`")]
    [InlineData("```\n/gradient run\n```")]
    [InlineData("```sh\n/gradient run\n")]
    [InlineData("   ~~~~\n/gradient run\n~~~\n/gradient run\n~~~~")]
    [InlineData("````\n```\n/gradient run\n````")]
    [InlineData("<!-- a\n/gradient run\n-->")]
    [InlineData("Said <!-- <!-- a --> <!--\n/gradient run\n--> <!--\n/gradient cancel")]
    [InlineData("<!--\n```\n-->\n```\n/gradient run")]
    [InlineData("")]
    public void Nothing_is_asked_in_the_middle_of_a_line_in_quotes_in_code_or_where_nobody_sees_it(string comment) =>
        CommandParser.Parse(comment).ShouldBeEmpty();

    [Theory]
    [InlineData("```\ncode\n```\n/gradient run")]
    [InlineData("~~~ sh ` x\ncode\n   ~~~~  \n/gradient run")]
    [InlineData("```inline``` code\n/gradient run")]
    [InlineData("    ```\n/gradient run")]
    [InlineData("<!-- hidden -->\n/gradient run")]
    [InlineData("<!--\nhidden\n-->\n/gradient run")]
    [InlineData("> quoted\n\n/gradient run")]
    public void What_stands_after_such_a_place_counts_again(string comment) =>
        CommandParser.Parse(comment).ShouldHaveSingleItem().Verb.ShouldBe(CommandVerb.Run);

    [Fact]
    public void No_more_than_a_few_commands_of_a_comment_are_seen_to()
    {
        var commands = CommandParser.Parse(string.Concat(Enumerable.Repeat("/gradient run\n", 10_000)));

        commands.Length.ShouldBe(CommandParser.MostCommands + 1);
        commands.Take(CommandParser.MostCommands).ShouldAllBe(command => command.Mistake.Length == 0);
        commands[^1].Mistake.ShouldBe("A comment may have 5 commands; from this one on they are left out.");
    }

    [Fact]
    public void A_command_that_is_too_long_or_fixes_too_much_is_refused()
    {
        CommandParser.Parse($"/gradient run {new string('x', 500)}").ShouldHaveSingleItem().Mistake.ShouldBe("A command has at most 500 characters.");
        CommandParser.Parse($"/gradient run {string.Join(' ', Enumerable.Range(1, 21).Select(at => $"p{at}=1"))}")
            .ShouldHaveSingleItem().Mistake.ShouldBe("At most 20 parameters can be fixed at once.");
    }

    [Fact]
    public void What_is_shown_of_a_command_is_short_and_plain()
    {
        var text = CommandParser.Parse($"/gradient run \u202Eevil\u0007 {new string('y', 400)}").ShouldHaveSingleItem().Text;

        text.ShouldStartWith("/gradient run evil y");
        text.Length.ShouldBeLessThan(125);
    }

    /// <summary>Whatever stands around it, and however it is spaced, a command is read as it was meant.</summary>
    [Fact]
    public void Commands_among_any_prose_are_read_in_their_order()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var comments = new RandomComments(new Random(seed));
            var (text, meant) = comments.Next();

            CommandParser.Parse(text).Select(RandomComments.Written).ShouldBe(meant, text);
        }
    }

    /// <summary>The same comment, hidden in one way or another, asks for nothing.</summary>
    [Fact]
    public void A_comment_that_is_quoted_or_hidden_as_a_whole_asks_for_nothing()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var text = new RandomComments(new Random(seed)).Next().Text;
            var lines = text.Split('\n');

            CommandParser.Parse(string.Join('\n', lines.Select(line => "> " + line))).ShouldBeEmpty(text);
            CommandParser.Parse(string.Join('\n', lines.Select(line => "    " + line))).ShouldBeEmpty(text);
            CommandParser.Parse($"``````\n{text}\n``````").ShouldBeEmpty(text);
            CommandParser.Parse($"<!--\n{text.Replace("-->", "", StringComparison.Ordinal)}\n-->").ShouldBeEmpty(text);
        }
    }

    /// <summary>Noise of the signs that mean something is read without trouble, and never becomes many commands.</summary>
    [Fact]
    public void Noise_is_read_without_trouble()
    {
        string[] signs = ["/gradient", " ", "\n", "\r\n", "`", "```", "~~~", "<!--", "-->", ">", "\t", "run", "compare", "=", "lr", "\0", "\uD800", "é", "    "];
        for (var seed = 0; seed < 5_000; seed++)
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(200)).Select(_ => signs[random.Next(signs.Length)]));

            var commands = CommandParser.Parse(text);

            commands.Length.ShouldBeLessThanOrEqualTo(CommandParser.MostCommands + 1);
            commands.ShouldAllBe(command => !command.Text.Any(char.IsControl) && command.Overrides.All(each => each.IndexOf('=') > 0));
        }
    }
}
