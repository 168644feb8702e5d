using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

/// <summary>What the stand-in was asked.</summary>
/// <param name="At">When, by the clock of the test.</param>
/// <param name="Method">GET, POST, PATCH.</param>
/// <param name="Path">Below the API's address, with the query.</param>
/// <param name="Who">The login, <c>installation 42</c>, <c>app</c>, or null for a stranger.</param>
/// <param name="Body">The JSON that came with it.</param>
/// <param name="Status">What it was answered with; 0 when it was not.</param>
public sealed record FakeCall(DateTimeOffset At, string Method, string Path, string? Who, JsonNode? Body, int Status)
{
    public bool IsWrite => Method != "GET";

    /// <summary>Method, path and status in a line: <c>POST /repos/acme/digits/check-runs 201</c>.</summary>
    public override string ToString() => $"{Method} {Path} {Status}";
}
