using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace GradientCI.Runner.Manifests.Templates;

/// <summary>A text in pieces: literal ones, and names between <c>${{</c> and <c>}}</c>.</summary>
/// <param name="Text">The whole text.</param>
/// <param name="Slots">The places that values are put into, in order.</param>
internal sealed partial record Template(string Text, ImmutableArray<Slot> Slots)
{
    private const string Opening = "${{";

    /// <summary>Whether a text has something like a template in it.</summary>
    public static bool IsIn(string text) => text.Contains(Opening, StringComparison.Ordinal);

    /// <summary>Takes a text apart; a slot that is not closed or holds no name has an empty <see cref="Slot.Name"/>.</summary>
    public static Template Parse(string text)
    {
        var slots = ImmutableArray.CreateBuilder<Slot>();
        for (var start = text.IndexOf(Opening, StringComparison.Ordinal); start >= 0; start = text.IndexOf(Opening, slots[^1].End, StringComparison.Ordinal))
        {
            var match = Closed.Match(text, start);
            slots.Add(match.Success
                ? new Slot(match.Groups["name"].Value, start, start + match.Length)
                : new Slot("", start, start + Opening.Length));
        }

        return new Template(text, slots.ToImmutable());
    }

    /// <summary>Whether a slot is a word of its own.</summary>
    public bool IsWord(Slot slot) =>
        (slot.Start == 0 || Text[slot.Start - 1] is ' ' or '\t' or '\n' or '(' or ';' or '&' or '|')
        && (slot.End == Text.Length || Text[slot.End] is ' ' or '\t' or '\n' or ')' or ';' or '&' or '|' or '<' or '>');

    /// <summary>Puts a value into every slot.</summary>
    public string Fill(Func<Slot, string> valueOf)
    {
        var filled = new System.Text.StringBuilder();
        var at = 0;
        foreach (var slot in Slots)
        {
            filled.Append(Text, at, slot.Start - at).Append(valueOf(slot));
            at = slot.End;
        }

        return filled.Append(Text, at, Text.Length - at).ToString();
    }

    [GeneratedRegex(@"\G\$\{\{[ \t]*(?<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]*\}\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Closed { get; }
}

/// <summary>A place that a value is put into.</summary>
/// <param name="Name">The name; empty when the template is malformed.</param>
/// <param name="Start">Where <c>${{</c> begins.</param>
/// <param name="End">The first character after <c>}}</c>.</param>
internal readonly record struct Slot(string Name, int Start, int End);
