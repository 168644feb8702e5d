namespace GradientCI.Runner.Tests.Git;

/// <summary>A fact that needs files of another user, which only root can make.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute() => Skip = Environment.IsPrivilegedProcess ? null : "needs root, to make files of another user";
}
