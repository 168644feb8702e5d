namespace GradientCI.Cli.Runs;

/// <summary>A folder that is found wanting before hours are spent on what shall go into it.</summary>
internal static class WritableFolder
{
    /// <summary>Makes the folder and tries to write into it.</summary>
    /// <returns>The folder.</returns>
    /// <exception cref="GradientException">It cannot be made, or not be written.</exception>
    public static string Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(
                Path.Combine(folder, $".gradientci.{Environment.ProcessId}.tmp"), new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    Options = FileOptions.DeleteOnClose,
                });
            return folder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The report cannot be written into {folder}: {problem.Message}", "Name another folder with --report.", problem);
        }
    }
}
