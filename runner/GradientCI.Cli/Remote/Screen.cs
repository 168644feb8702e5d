using System.Text.Json;
using GradientCI.Json;

namespace GradientCI.Cli.Remote;

/// <summary>What somebody sees the output of a command on.</summary>
/// <param name="IsOut">Whether results go to a person.</param>
/// <param name="IsError">Whether progress does.</param>
/// <param name="UseColour">Whether colours are wanted.</param>
/// <param name="Width">Columns.</param>
internal sealed record Screen(bool IsOut, bool IsError, bool UseColour, int Width)
{
    private const int Narrowest = 20;
    private const int Widest = 1_000;
    private const int Usual = 80;

    /// <summary>No screen at all.</summary>
    public static Screen None { get; } = new(false, false, false, Usual);

    public static Screen Read(JsonFields json) => new(
        json.Flag("out", false), json.Flag("error", false), json.Flag("colour", false), Math.Clamp(json.Int("width") ?? Usual, Narrowest, Widest));

    public static void Write(Utf8JsonWriter json, Screen screen)
    {
        json.WriteBoolean("out", screen.IsOut);
        json.WriteBoolean("error", screen.IsError);
        json.WriteBoolean("colour", screen.UseColour);
        json.WriteNumber("width", screen.Width);
    }
}
