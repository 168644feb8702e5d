namespace GradientCI.Cli.Output;

/// <summary>Errors as people read them: one sentence, a hint, the exit code.</summary>
internal static class Problems
{
    /// <summary>Prints a problem.</summary>
    /// <returns>The exit code that belongs to it.</returns>
    public static int Print(GradientException problem, bool verbose, Terminal terminal)
    {
        terminal.Error.WriteLine($"error: {problem.Message}");
        if (problem.Remedy is { } remedy)
        {
            terminal.Error.WriteLine($"hint: {remedy}");
        }

        if (verbose)
        {
            terminal.Error.WriteLine(problem.ToString());
        }

        return problem.Kind == FailureKind.Usage ? ExitCodes.Usage : ExitCodes.Environment;
    }
}
