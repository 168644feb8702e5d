using System.Collections.Immutable;

namespace GradientCI.Webhook.Forges.BareGit;

/// <summary>The text of the hook, with the paths of one installation in it.</summary>
/// <param name="Data">The data folder, absolute.</param>
/// <param name="Program">The words that start gradientci; the first is an absolute path.</param>
/// <param name="LetOptionsIn">Whether the installation switched push options on, and taking it away switches them off.</param>
internal sealed record HookScript(string Data, ImmutableArray<string> Program, bool LetOptionsIn)
{
    private const string Mark = "# Installed by gradientci hook install.";
    private const string OptionsRemark = "It set receive.advertisePushOptions.";

    private static readonly string Template = ReadTemplate();

    /// <summary>What is started when something was pushed.</summary>
    public string Work { get; init; } = "worker --until-idle --only-one";

    /// <summary>The whole script.</summary>
    public override string ToString() => Template
        .Replace("@REMARK@", LetOptionsIn ? OptionsRemark : "It found receive.advertisePushOptions set.", StringComparison.Ordinal)
        .Replace("@DATA@", ShellWord.Quote(Data), StringComparison.Ordinal)
        .Replace("@PROGRAM@", ShellWord.Quote(Program[0]), StringComparison.Ordinal)
        .Replace("@WORK@", Work, StringComparison.Ordinal)
        .Replace("@COMMAND@", string.Join(' ', Program.Select(ShellWord.Quote)), StringComparison.Ordinal);

    /// <summary>Reads what an installed script says of itself; null when it is not ours.</summary>
    public static HookScript? Parse(string text)
    {
        var lines = text.Split('\n');
        return lines.Skip(1).FirstOrDefault()?.StartsWith(Mark, StringComparison.Ordinal) == true && Value("data=") is { } data && Value("program=") is { } program
            ? new HookScript(data, [program], text.Contains(OptionsRemark, StringComparison.Ordinal))
            : null;

        string? Value(string name) => lines.FirstOrDefault(line => line.StartsWith(name + "'", StringComparison.Ordinal) && line.EndsWith('\'')) is { } line
            ? ShellWord.Unquote(line[name.Length..])
            : null;
    }

    private static string ReadTemplate()
    {
        using var stream = typeof(HookScript).Assembly.GetManifestResourceStream("post-receive.sh")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
