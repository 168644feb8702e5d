namespace GradientCI.Webhook.Notices;

/// <summary>A secret that lies in a file.</summary>
internal static class SecretFile
{
    /// <summary>Reads it; null when no file is named, or there is a problem.</summary>
    public static string? Read(string? path, string place, ICollection<string> problems)
    {
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{place}: the file {path} cannot be read: {problem.Message}");
            return null;
        }
    }
}
