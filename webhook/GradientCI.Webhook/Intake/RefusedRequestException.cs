namespace GradientCI.Webhook.Intake;

/// <summary>A request is not taken; the message is one sentence for its sender.</summary>
internal sealed class RefusedRequestException(int status, string message) : Exception(message)
{
    /// <summary>HTTP's status code.</summary>
    public int Status => status;
}
