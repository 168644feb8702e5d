using GradientCI.Specs;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>What can be said of a request before a process is started for it.</summary>
internal static class StartRequest
{
    /// <summary>The program and its words.</summary>
    public static IEnumerable<string> Words(CommandSpec command) =>
        command.IsShell ? ["/bin/sh", "-c", "--", command.Words[0]] : command.Words;

    /// <summary>Why the attempt cannot start, one sentence, or null.</summary>
    public static string? FindProblem(AttemptRequest request)
    {
        if (request.Command.Words.IsDefaultOrEmpty || request.Command.Words[0].Length == 0)
        {
            return "The command is empty.";
        }

        if (request.Command.Words.Append(request.Setup ?? "").Any(HasNull))
        {
            return "The command holds a NUL character, which no program can be given.";
        }

        foreach (var (name, value) in request.Environment)
        {
            if (name.Length == 0 || name.Contains('=') || HasNull(name) || HasNull(value))
            {
                return $"The environment variable '{name.Replace('\0', ' ')}' cannot be given to a program: names hold no '=', and neither names nor values a NUL character.";
            }
        }

        return HasNull(request.WorkingDirectory) || !Directory.Exists(request.WorkingDirectory)
            ? $"The working directory {request.WorkingDirectory.Replace('\0', ' ')} does not exist."
            : null;
    }

    private static bool HasNull(string text) => text.Contains('\0');
}
