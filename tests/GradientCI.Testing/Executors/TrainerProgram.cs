using GradientCI.Specs;

namespace GradientCI.Testing.Executors;

/// <summary>The program that stands in for training code; see <c>GradientCI.Testing.Trainer</c>.</summary>
public static class TrainerProgram
{
    /// <summary>Where the executable lies.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "GradientCI.Testing.Trainer");

    /// <summary>The list form of a command: a behaviour and its arguments.</summary>
    public static CommandSpec Command(params string[] words) => new([Path, .. words], IsShell: false);
}
