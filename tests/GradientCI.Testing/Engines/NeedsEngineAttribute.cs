namespace GradientCI.Testing.Engines;

/// <summary>A class whose contract facts need a Docker Engine, and are skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsEngineAttribute : Attribute;

/// <summary>A fact that needs a Docker Engine, and is skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EngineFactAttribute : FactAttribute
{
    public EngineFactAttribute()
    {
        Skip = TestEngine.Obstacle;
    }
}

/// <summary>A theory that needs a Docker Engine, and is skipped with the reason where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EngineTheoryAttribute : TheoryAttribute
{
    public EngineTheoryAttribute()
    {
        Skip = TestEngine.Obstacle;
    }
}
