using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Webhook.Api;

namespace GradientCI.Webhook.Tests.Api;

public sealed class TokenStandingTests
{
    private const int Patience = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ManualTimeProvider _time = new();
    private readonly OneToken _tokens;

    public TokenStandingTests()
    {
        _tokens = new OneToken(new AccessToken("ada", AccessScope.Run, _time.GetUtcNow()));
    }

    public static TheoryData<string, Func<AccessToken, AccessToken?>> Losses => new()
    {
        { "removed", _ => null },
        { "expired", token => token with { ExpiresAt = token.CreatedAt + TimeSpan.FromSeconds(10) } },
        { "of a narrower scope", token => token with { Scope = AccessScope.Read } },
        { "of one project", token => token with { Project = new ProjectId("digits-3fa2c1") } },
    };

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Losses))]
    public async Task A_token_that_reaches_less_far_is_lost_at_the_next_look(string how, Func<AccessToken, AccessToken?> change)
    {
        var loss = Standing(null).AwaitLossAsync(None);
        _tokens.Token = change(_tokens.Token!);
        loss.IsCompleted.ShouldBeFalse(how);

        _time.Advance(TokenStanding.Interval);

        await loss;
    }

    [Fact(Timeout = Patience)]
    public async Task A_token_of_one_project_is_lost_when_it_is_of_another()
    {
        _tokens.Token = _tokens.Token! with { Project = new ProjectId("digits-3fa2c1") };
        var loss = Standing(_tokens.Token.Project).AwaitLossAsync(None);
        _tokens.Token = _tokens.Token with { Project = new ProjectId("other-1") };

        _time.Advance(TokenStanding.Interval);

        await loss;
    }

    [Fact(Timeout = Patience)]
    public async Task A_good_token_is_looked_at_time_and_again()
    {
        using var enough = new CancellationTokenSource();
        var loss = Standing(null).AwaitLossAsync(enough.Token);

        _time.Advance(TokenStanding.Interval * 10);

        loss.IsCompleted.ShouldBeFalse();
        _tokens.Looks.ShouldBe(10);
        await enough.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(loss);
    }

    private TokenStanding Standing(ProjectId? project) => new(_tokens, "digest", new ApiCaller("ada", AccessScope.Run, project), _time);

    private sealed class OneToken(AccessToken token) : IAccessTokenStore
    {
        public AccessToken? Token { get; set; } = token;

        public int Looks { get; private set; }

        public Task<AccessToken?> FindTokenAsync(string digest, CancellationToken cancellationToken)
        {
            Looks++;
            return Task.FromResult(Token);
        }

        public Task<bool> AddTokenAsync(AccessToken token, string digest, Signature by, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ImmutableArray<AccessToken>> ListTokensAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> RemoveTokenAsync(string name, Signature by, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RecordTokenUseAsync(string name, DateTimeOffset at, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
