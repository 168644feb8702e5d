namespace GradientCI.Testing.Engines;

/// <summary>What becomes of a request to an Engine.</summary>
public sealed record EngineFate
{
    private EngineFate()
    {
    }

    /// <summary>It is carried out, and answered.</summary>
    public static EngineFate Pass { get; } = new();

    /// <summary>It is carried out, and the connection breaks before the answer.</summary>
    public static EngineFate LoseAnswer { get; } = new() { LosesAnswer = true };

    /// <summary>The connection breaks, and the Engine never hears of it.</summary>
    public static EngineFate LoseRequest { get; } = new() { LosesRequest = true };

    /// <summary>Nothing comes, ever.</summary>
    public static EngineFate Stall { get; } = new() { Stalls = true };

    internal bool LosesAnswer { get; private init; }

    internal bool LosesRequest { get; private init; }

    internal bool Stalls { get; private init; }

    internal (int Status, string Body)? Answer { get; private init; }

    /// <summary>The Engine never hears of it, and this is the answer.</summary>
    public static EngineFate Say(int status, string body) => new() { Answer = (status, body) };

    /// <summary>The answer begins so, and nothing more comes.</summary>
    public static EngineFate SayAndStall(string body) => new() { Answer = (200, body), Stalls = true };
}
