using System.Globalization;
using System.Text;

namespace GradientCI.Runner.Workspaces;

/// <summary>Looks for processes of a trial that outlived the runner which started it.</summary>
internal static class LivingProcesses
{
    /// <summary>Whether a process works in the folder, or was given it as <c>GRADIENT_WORKSPACE</c>.</summary>
    /// <remarks>Processes of other users show neither to an unprivileged caller; those count as elsewhere.</remarks>
    public static bool AreIn(string folder)
    {
        var variable = Encoding.UTF8.GetBytes($"GRADIENT_WORKSPACE={folder}\0");
        return Directory.EnumerateDirectories("/proc")
            .Where(process => Path.GetFileName(process).All(char.IsAsciiDigit) && Path.GetFileName(process) != Self)
            .Any(process => WorksIn(process, folder) || Read(process + "/environ").IndexOf(variable) >= 0);
    }

    private static string Self { get; } = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private static bool WorksIn(string process, string folder)
    {
        try
        {
            var place = File.ResolveLinkTarget(process + "/cwd", returnFinalTarget: false)?.FullName ?? "";
            return place == folder || place.StartsWith(folder + "/", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // A process may end at any moment, and a zombie has no environment.
    private static ReadOnlySpan<byte> Read(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
