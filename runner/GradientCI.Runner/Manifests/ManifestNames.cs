using GradientCI.Runner.Manifests.Shapes;

namespace GradientCI.Runner.Manifests;

/// <summary>The rules for names, for those who take them from elsewhere.</summary>
public static class ManifestNames
{
    /// <summary>Why a text may not be a variable that a repository names, as the end of a sentence; or null.</summary>
    public static string? ProblemOfVariable(string name) =>
        !Names.Variable.Pattern.IsMatch(name) ? $"it takes {Names.Variable.Rule}" : Names.Variable.Reserved?.Invoke(name);
}
