namespace GradientCI.Runner.Executors.Docker;

/// <summary>When an image is asked for at its registry.</summary>
public enum PullPolicy
{
    /// <summary>When it is not on this machine.</summary>
    Missing,

    /// <summary>For each run, so that a tag means what it means at the registry.</summary>
    Always,

    /// <summary>Never: whoever runs the service brings the images.</summary>
    Never,
}
