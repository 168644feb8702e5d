using System.Net;

namespace GradientCI.Runner.Executors.Docker.Client;

/// <summary>The Engine refused, or did not answer.</summary>
internal sealed class DockerApiException : Exception
{
    private DockerApiException(HttpStatusCode? statusCode, string message, Exception? inner)
        : base(message, inner)
    {
        StatusCode = statusCode;
    }

    /// <summary>What it answered; null when it did not, or its answer broke off.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>Whether nobody answered: whether the request was carried out is then unknown.</summary>
    public bool IsUnanswered => StatusCode is null;

    public static DockerApiException Refused(HttpStatusCode statusCode, string message) => new(statusCode, message, null);

    public static DockerApiException Unanswered(EngineAddress address, Exception cause) =>
        new(null, $"No Docker Engine answers at {address.Text}: {Reason(cause).TrimEnd('.')}", cause);

    /// <summary>The same as one sentence for people.</summary>
    public GradientException ToSentence() => IsUnanswered
        ? new GradientException(
            FailureKind.Environment, $"{Message}.", "Start it, let this user reach its socket (group docker), or set DOCKER_HOST.", this)
        : new GradientException(FailureKind.Environment, $"The Docker Engine refuses: {Message.TrimEnd('.')}.", "See its log, and what 'gradientci doctor' says.", this);

    // The innermost exception has the kernel's word; those around it say that there was an error.
    private static string Reason(Exception cause) => cause switch
    {
        OperationCanceledException => "it took too long",
        { InnerException: { } inner } => Reason(inner),
        _ => cause.Message,
    };
}
