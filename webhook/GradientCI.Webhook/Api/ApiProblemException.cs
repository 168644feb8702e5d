namespace GradientCI.Webhook.Api;

/// <summary>A request is answered with a problem.</summary>
public sealed class ApiProblemException(ApiProblem problem) : Exception(problem.Detail)
{
    /// <summary>The answer.</summary>
    public ApiProblem Problem => problem;
}
