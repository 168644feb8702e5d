namespace GradientCI.Webhook.Forges;

/// <summary>Why a forge did not do what it was asked.</summary>
public enum ForgeProblem
{
    /// <summary>It could not be reached, did not answer in time, or broke: try again later.</summary>
    Unavailable,

    /// <summary>It wants us to wait: nothing may be sent until <see cref="ForgeException.RetryAt"/>.</summary>
    Limited,

    /// <summary>It does not know our token, or took it back.</summary>
    Unauthorized,

    /// <summary>Our token may not do this.</summary>
    Forbidden,

    /// <summary>The repository, commit, comment or whatever it was is not there.</summary>
    NotFound,

    /// <summary>It understood and refused; the same again would be refused again.</summary>
    Rejected,
}

/// <summary>A forge did not do what it was asked; the message is one sentence without secrets.</summary>
public sealed class ForgeException(ForgeProblem problem, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Why.</summary>
    public ForgeProblem Problem => problem;

    /// <summary>Not before this moment, when the forge says so.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}
