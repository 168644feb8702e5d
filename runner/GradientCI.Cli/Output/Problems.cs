namespace GradientCI.Cli.Output;

/// <summary>Errors as people read them: one sentence, a hint, the exit code.</summary>
internal static class Problems
{
    /// <summary>Prints a problem.</summary>
    /// <returns>The exit code that belongs to it.</returns>
    public static int Print(Exception problem, bool verbose, Terminal terminal)
    {
        var told = Told(problem);
        terminal.Say($"error: {Plain.Line(told.Message)}");
        if (told.Remedy is { } remedy)
        {
            terminal.Say($"hint: {Plain.Line(remedy)}");
        }

        if (verbose)
        {
            terminal.Say(problem.ToString());
        }

        return told.Kind == FailureKind.Usage ? ExitCodes.Usage : ExitCodes.Environment;
    }

    private static GradientException Told(Exception problem) => problem switch
    {
        GradientException told => told,
        IOException or UnauthorizedAccessException => new GradientException(
            FailureKind.Environment, problem.Message, "Check the path, its permissions and the disk's free space."),
        _ => new GradientException(
            FailureKind.Environment, $"Something unexpected went wrong: {problem.Message}", "Run it again with --verbose, and report what it prints."),
    };
}
