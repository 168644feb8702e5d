using GradientCI.Runner.Linux;

namespace GradientCI.Runner.Workspaces;

/// <summary>Looks for processes of a trial that outlived the runner which started it.</summary>
internal static class LivingProcesses
{
    /// <summary>Whether a process works in the folder, or was given it as <c>GRADIENT_WORKSPACE</c>.</summary>
    /// <remarks>Processes of other users show neither to an unprivileged caller; those count as elsewhere.</remarks>
    public static bool AreIn(string folder)
    {
        var variable = ProcessList.Variable("GRADIENT_WORKSPACE", folder);
        return ProcessList.All()
            .Where(process => process != Environment.ProcessId)
            .Any(process => WorksIn(process, folder) || ProcessList.WasStartedWith(process, variable));
    }

    private static bool WorksIn(int process, string folder)
    {
        try
        {
            var place = File.ResolveLinkTarget($"/proc/{process}/cwd", returnFinalTarget: false)?.FullName ?? "";
            return place == folder || place.StartsWith(folder + "/", StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
