using System.Net;
using GradientCI.Stores;
using GradientCI.Testing.Contracts;
using GradientCI.Webhook.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GradientCI.Webhook.Tests.Api;

public sealed class ApiAccessTests : IAsyncLifetime
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private ApiStage _stage = null!;

    public async Task InitializeAsync() => _stage = await ApiStage.SetAsync((_, access) => routes => Map(routes, access));

    public async Task DisposeAsync() => await _stage.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task A_token_of_the_scope_or_a_wider_one_is_let_in_under_its_name()
    {
        var read = await _stage.AddTokenAsync(AccessScope.Read, project: "digits-1", name: "laptop");
        var admin = await _stage.AddTokenAsync(AccessScope.Admin, name: "boss");

        (await TextAsync("/read", read)).ShouldBe("laptop Read digits-1");
        (await TextAsync("/read", admin)).ShouldBe("boss Admin ");
        (await TextAsync("/admin", admin)).ShouldBe("boss Admin ");
    }

    [Fact(Timeout = Patience)]
    public async Task A_token_of_a_narrower_scope_is_forbidden()
    {
        var run = await _stage.AddTokenAsync(AccessScope.Run, name: "laptop");

        using var answer = await _stage.SendAsync(HttpMethod.Get, "/admin", run);

        var problem = await ApiStage.ShouldBeProblemAsync(answer, 403);
        ((string)problem["detail"]!).ShouldBe("The token laptop has the scope run, and this asks for admin.");
    }

    [Theory(Timeout = Patience)]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("gci_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("gci_")]
    [InlineData("ghp_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("gci_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public async Task Nobody_else_is_let_in(string? token)
    {
        using var answer = await _stage.SendAsync(
            HttpMethod.Get, "/read", null, request => request.Headers.TryAddWithoutValidation("Authorization", token is null ? [] : [$"Bearer {token}"]));

        await ApiStage.ShouldBeProblemAsync(answer, 401);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
    }

    [Fact(Timeout = Patience)]
    public async Task Two_tokens_at_once_and_other_schemes_are_refused()
    {
        var token = await _stage.AddTokenAsync();
        foreach (var headers in (string[][])[[$"Bearer {token}", $"Bearer {token}"], [$"Basic {token}"], [token]])
        {
            using var answer = await _stage.SendAsync(HttpMethod.Get, "/read", null, request => request.Headers.TryAddWithoutValidation("Authorization", headers));

            await ApiStage.ShouldBeProblemAsync(answer, 401);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_token_ends_when_it_was_to_and_when_it_is_removed()
    {
        var short_ = await _stage.AddTokenAsync(expires: _stage.Time.GetUtcNow().AddDays(1), name: "short");
        var long_ = await _stage.AddTokenAsync(name: "long");
        (await TextAsync("/read", short_)).ShouldStartWith("short");

        _stage.Time.Advance(TimeSpan.FromDays(1));
        using var expired = await _stage.SendAsync(HttpMethod.Get, "/read", short_);
        await _stage.Store.RemoveTokenAsync("long", StoreSamples.Ada, None);
        using var removed = await _stage.SendAsync(HttpMethod.Get, "/read", long_);

        ((string)(await ApiStage.ShouldBeProblemAsync(expired, 401))["detail"]!).ShouldStartWith("The token short expired at ");
        await ApiStage.ShouldBeProblemAsync(removed, 401);
    }

    [Fact(Timeout = Patience)]
    public async Task The_last_use_is_noted_once_an_hour()
    {
        var token = await _stage.AddTokenAsync();
        var first = _stage.Time.GetUtcNow();

        await TextAsync("/read", token);
        _stage.Time.Advance(TimeSpan.FromMinutes(59));
        await TextAsync("/read", token);
        var early = (await _stage.Store.ListTokensAsync(None))[0].LastUsedAt;
        _stage.Time.Advance(TimeSpan.FromMinutes(1));
        await TextAsync("/read", token);
        var late = (await _stage.Store.ListTokensAsync(None))[0].LastUsedAt;

        early.ShouldBe(first);
        late.ShouldBe(first.AddHours(1));
    }

    [Theory(Timeout = Patience)]
    [InlineData("/broken", 500, "The service made a mistake.")]
    [InlineData("/down", 503, "The service cannot do that now.")]
    [InlineData("/wrong", 400, "That is wrong.")]
    public async Task What_goes_wrong_is_told_as_a_problem_and_nothing_inner_leaks(string path, int status, string detail)
    {
        using var answer = await _stage.SendAsync(HttpMethod.Get, path, null);

        var problem = await ApiStage.ShouldBeProblemAsync(answer, status);
        ((string)problem["detail"]!).ShouldBe(detail);
        problem.ToJsonString().ShouldNotContain("/srv/secret");
        answer.Headers.Contains("X-Begun").ShouldBeFalse();
    }

    private static void Map(IEndpointRouteBuilder routes, ApiAccess access)
    {
        access.RequireScope(routes.MapGet("/read", Who), AccessScope.Read);
        access.RequireScope(routes.MapGet("/admin", Who), AccessScope.Admin);
        access.AllowAnyone(routes.MapGet("/broken", Throw(new InvalidOperationException("/srv/secret"))));
        access.AllowAnyone(routes.MapGet("/down", Throw(new GradientException(FailureKind.Environment, "/srv/secret is gone."))));
        access.AllowAnyone(routes.MapGet("/wrong", Throw(new GradientException(FailureKind.Usage, "That is wrong.", "Do it right."))));
    }

    private static Task Who(HttpContext context)
    {
        var caller = ApiCaller.Of(context);
        return context.Response.WriteAsync($"{caller.Name} {caller.Scope} {caller.Project}");
    }

    private static RequestDelegate Throw(Exception problem) => context =>
    {
        context.Response.Headers["X-Begun"] = "yes";
        throw problem;
    };

    private async Task<string> TextAsync(string path, string token)
    {
        using var answer = await _stage.SendAsync(HttpMethod.Get, path, token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }
}
