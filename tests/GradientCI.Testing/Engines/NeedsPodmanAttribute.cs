namespace GradientCI.Testing.Engines;

/// <summary>A class whose contract facts need Podman, and are skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsPodmanAttribute : Attribute;

/// <summary>A fact that needs Podman, and is skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PodmanFactAttribute : FactAttribute
{
    public PodmanFactAttribute()
    {
        Skip = TestPodman.Obstacle;
    }
}
