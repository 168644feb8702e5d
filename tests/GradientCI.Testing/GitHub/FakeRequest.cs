namespace GradientCI.Testing.GitHub;

/// <summary>A request as either door of the stand-in hands it in.</summary>
internal sealed record FakeRequest(string Method, Uri Address, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
