using GradientCI.Experiments;
using GradientCI.Runner.Linux;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Retention;

/// <summary>The files of a project whose runs are gone.</summary>
public static class ProjectFiles
{
    /// <summary>Removes logs, artifacts, checkpoints, reports and idle workspaces; what trials share for good stays.</summary>
    /// <returns>Why something could not be removed, a sentence each.</returns>
    public static IReadOnlyList<string> Remove(DataFolder data, ProjectId project, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        foreach (var kind in DataFolder.RunKinds)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Directory.Exists(Path.Combine(data.Kind(kind), project.Value)))
            {
                Try(() => Remove(data.Kind(kind), project.Value), problems);
            }
        }

        var pool = data.Workspaces(project);
        foreach (var number in IdleWorkspaces.Find(pool).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Try(() => WorkspaceSlot.TryDelete(pool, number), problems);
        }

        return problems;
    }

    private static void Remove(string parent, string name)
    {
        using var folder = FileCalls.OpenFolder(parent);
        FolderRemoval.Remove(folder, name);
    }

    private static void Try(Action remove, List<string> problems)
    {
        try
        {
            remove();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add(problem.Message);
        }
    }
}
