using GradientCI.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Api;

/// <summary>Lets those to the API who have a token for it, and answers whatever goes wrong there with a problem.</summary>
/// <param name="tokens">The tokens.</param>
/// <param name="time">Ends tokens.</param>
/// <param name="logger">Told of what is our own fault.</param>
public sealed partial class ApiAccess(IAccessTokenStore tokens, TimeProvider time, ILogger<ApiAccess> logger)
{
    private const string Scheme = "Bearer ";

    // How exact the last use is: one write an hour, not one a request.
    private static readonly TimeSpan UseGranularity = TimeSpan.FromHours(1);

    /// <summary>Lets an endpoint answer only who has a token of this scope, or a wider one; it finds them with <see cref="ApiCaller.Of"/>.</summary>
    /// <returns>The endpoint.</returns>
    public IEndpointConventionBuilder RequireScope(IEndpointConventionBuilder endpoint, AccessScope scope)
    {
        endpoint.Add(each =>
        {
            var answer = each.RequestDelegate!;
            each.Metadata.Add(new RequiredScope(scope));
            each.RequestDelegate = context => GuardAsync(context, async () =>
            {
                await AdmitAsync(context, scope);
                await answer(context);
            });
        });
        return endpoint;
    }

    /// <summary>Lets an endpoint answer everybody, and its problems be told as the API tells them.</summary>
    /// <returns>The endpoint.</returns>
    public IEndpointConventionBuilder AllowAnyone(IEndpointConventionBuilder endpoint)
    {
        endpoint.Add(each =>
        {
            var answer = each.RequestDelegate!;
            each.RequestDelegate = context => GuardAsync(context, () => answer(context));
        });
        return endpoint;
    }

    private async Task AdmitAsync(HttpContext context, AccessScope scope)
    {
        var now = time.GetUtcNow();
        var (token, digest) = await FindAsync(context, now);
        if (token.Scope < scope)
        {
            throw Refusal(
                StatusCodes.Status403Forbidden, $"The token {token.Name} has the scope {Word(token.Scope)}, and this asks for {Word(scope)}.",
                $"Make another one with: gradientci token add NAME --scope {Word(scope)}");
        }

        if (token.LastUsedAt is not { } last || now - last >= UseGranularity)
        {
            await NoteUseAsync(token, now, context.RequestAborted);
        }

        var caller = new ApiCaller(token.Name, token.Scope, token.Project);
        context.Features.Set(caller);
        context.Features.Set(new TokenStanding(tokens, digest, caller, time));
    }

    private async Task<(AccessToken Token, string Digest)> FindAsync(HttpContext context, DateTimeOffset now)
    {
        var header = context.Request.Headers.Authorization;
        if (header.Count == 0)
        {
            throw Refusal(
                StatusCodes.Status401Unauthorized, "This asks for a token.", "Send one as 'Authorization: Bearer gci_…'; make it with: gradientci token add NAME --scope read");
        }

        if (header is not [{ } text] || !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || TokenText.DigestOf(text[Scheme.Length..].Trim()) is not { } digest
            || await tokens.FindTokenAsync(digest, context.RequestAborted) is not { } token)
        {
            throw Refusal(
                StatusCodes.Status401Unauthorized, "The token is not known here.", "Check that it is whole and was not removed: gradientci token list");
        }

        return token.ExpiresAt is not { } end || now < end ? (token, digest) : throw Refusal(
            StatusCodes.Status401Unauthorized, $"The token {token.Name} expired at {end.UtcDateTime:yyyy-MM-dd HH:mm} UTC.",
            "Make another one with: gradientci token add NAME --scope read|run|admin");
    }

    private async Task NoteUseAsync(AccessToken token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await tokens.RecordTokenUseAsync(token.Name, now, cancellationToken);
        }
        catch (GradientException problem)
        {
            // A full disk is no reason not to answer.
            LogUseNotNoted(token.Name, problem.Message);
        }
    }

    private async Task GuardAsync(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be answered.
        }
        catch (Exception problem) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            await ToProblem(problem, context).WriteAsync(context);
        }
    }

    // The outermost frame of the API: whatever happened, the caller gets a sentence.
    private ApiProblem ToProblem(Exception problem, HttpContext context)
    {
        switch (problem)
        {
            case ApiProblemException refusal:
                return refusal.Problem;
            case BadHttpRequestException bad:
                return new ApiProblem(bad.StatusCode, "The request could not be read.", "Send it whole, and no larger than documented.");
            case GradientException { Kind: FailureKind.Usage } usage:
                return ApiProblem.BadRequest(usage.Message, usage.Remedy ?? "Change the request.");
            case GradientException environment:
                LogFailed(context.Request.Method, context.Request.Path, environment);
                return new ApiProblem(StatusCodes.Status503ServiceUnavailable, "The service cannot do that now.", "Try again later, and look into the service's log.");
            default:
                LogFailed(context.Request.Method, context.Request.Path, problem);
                return new ApiProblem(StatusCodes.Status500InternalServerError, "The service made a mistake.", "Look into the service's log, and report it.");
        }
    }

    private static ApiProblemException Refusal(int status, string detail, string remedy) => new(new ApiProblem(status, detail, remedy));

    private static string Word(AccessScope scope) => scope.ToString().ToLowerInvariant();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The use of the token {Token} could not be noted: {Reason}")]
    private partial void LogUseNotNoted(string token, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private partial void LogFailed(string method, string path, Exception problem);
}
