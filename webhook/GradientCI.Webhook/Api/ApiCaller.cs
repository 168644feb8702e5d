using GradientCI.Experiments;
using GradientCI.Stores;
using Microsoft.AspNetCore.Http;

namespace GradientCI.Webhook.Api;

/// <summary>Who calls the API.</summary>
/// <param name="Name">The name of the token.</param>
/// <param name="Scope">What it may.</param>
/// <param name="Project">The only project that is there for it, or null for all.</param>
public sealed record ApiCaller(string Name, AccessScope Scope, ProjectId? Project)
{
    /// <summary>Whether a project is there for the caller; what is not is answered with 404.</summary>
    public bool Sees(ProjectId project) => Project is null || Project == project;

    /// <summary>Who makes this request. Only behind <see cref="ApiAccess.RequireScope"/>.</summary>
    public static ApiCaller Of(HttpContext context) =>
        context.Features.Get<ApiCaller>() ?? throw new InvalidOperationException($"{context.Request.Path} asks for no token.");
}
