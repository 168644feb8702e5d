using GradientCI.Webhook.Commands;

namespace GradientCI.Webhook.Tests.Commands;

/// <summary>Comments as people write them: prose, quotes, code, hidden parts, and commands of which it is known what they mean.</summary>
internal sealed class RandomComments(Random random)
{
    private static readonly string[] Asides =
    [
        "Looks good to me.", "", "Try /gradient run yourself", "> /gradient cancel", "```\n/gradient approve\n> x\n```", "~~~yaml\nrun: /gradient\n/gradient retry\n~~~",
        "<!--\n/gradient retry\n```\n-->", "    /gradient run", "- [x] `/gradient run`", "A `<b>` & a | and 漢字", "<!-- template --> thanks",
    ];

    /// <summary>A comment, and its commands as <see cref="Written"/> writes them.</summary>
    public (string Text, string[] Meant) Next()
    {
        var (parts, meant) = (new List<string>(), new List<string>());
        for (var at = random.Next(8); at > 0; at--)
        {
            if (random.Next(2) == 0 && meant.Count < CommandParser.MostCommands)
            {
                var words = Words();
                parts.Add($"/gradient {string.Join(random.Next(2) == 0 ? " " : " \t ", words)}{new string(' ', random.Next(3))}");
                meant.Add(string.Join(' ', words));
            }
            else
            {
                parts.Add(Asides[random.Next(Asides.Length)]);
            }
        }

        return (string.Join(random.Next(2) == 0 ? "\n" : "\r\n", parts), [.. meant]);
    }

    /// <summary>A command in one way of writing it.</summary>
    public static string Written(TypedCommand command) => command.Mistake.Length > 0 ? command.Mistake
        : string.Join(' ', ((string[])[CommandUsage.WordOf(command.Verb), command.Argument, .. command.Overrides]).Where(word => word.Length > 0));

    private string[] Words() => random.Next(6) switch
    {
        0 => ["run", $"exp{random.Next(9)}", .. Enumerable.Range(0, random.Next(4)).Select(at => $"p{at}={random.NextDouble():R}=x")],
        1 => ["retry"],
        2 => ["cancel"],
        3 => ["approve"],
        4 => ["compare", $"feature/{random.Next(99)}"],
        _ => ["help"],
    };
}
