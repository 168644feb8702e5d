using System.Text.Json;
using System.Text.RegularExpressions;
using GradientCI.Stores;

namespace GradientCI.Webhook.Tests.Api;

/// <summary>The description says of each endpoint what the code does, and of nothing else. Each answer of the other tests is held to it too.</summary>
public sealed partial class ApiDescriptionTests : IAsyncLifetime
{
    private ApiStage _stage = null!;

    public async Task InitializeAsync() => _stage = await ApiStage.ServeAsync();

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact]
    public void Every_endpoint_is_described_and_every_described_one_is_there() =>
        _stage.Description.Operations.Select(each => $"{each.Method} {each.Path}").Order(StringComparer.Ordinal)
            .ShouldBe(_stage.Routes.Endpoints.Select(endpoint => $"{endpoint.Method} {Plain(endpoint.Path)}").Order(StringComparer.Ordinal));

    [Fact]
    public void Scopes_and_queries_are_described_as_they_are()
    {
        foreach (var endpoint in _stage.Routes.Endpoints)
        {
            var operation = _stage.Description.Operations.Single(each => each.Method == endpoint.Method && each.Path == Plain(endpoint.Path)).Operation;
            var scope = operation.TryGetProperty("x-scope", out var word) ? Enum.Parse<AccessScope>(word.GetString()!, ignoreCase: true) : (AccessScope?)null;

            scope.ShouldBe(endpoint.Scope, endpoint.Path);
            Names(operation, "query").ShouldBe(endpoint.Queries.ToList(), customMessage: endpoint.Path);
            Names(operation, "path").ShouldBe(Parameter().Matches(Plain(endpoint.Path)).Select(match => match.Groups[1].Value).ToList(), customMessage: endpoint.Path);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task It_is_served_to_everybody()
    {
        using var answer = await _stage.SendAsync(HttpMethod.Get, "/api/v1/openapi.json", null);

        ((int)answer.StatusCode).ShouldBe(200);
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("openapi").GetString().ShouldBe("3.0.3");
    }

    private static List<string> Names(JsonElement operation, string place) => operation.TryGetProperty("parameters", out var parameters)
        ? [.. parameters.EnumerateArray().Where(each => each.GetProperty("in").ValueEquals(place)).Select(each => each.GetProperty("name").GetString()!)]
        : [];

    private static string Plain(string path) => path.Replace("{**", "{", StringComparison.Ordinal);

    [GeneratedRegex(@"\{(\w+)}")]
    private static partial Regex Parameter();
}
