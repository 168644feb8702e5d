namespace GradientCI.Webhook.Commands;

/// <summary>What can be asked for in a comment.</summary>
internal enum CommandVerb
{
    /// <summary>Run an experiment of the head, or all that the pull request asks for.</summary>
    Run,

    /// <summary>Try again what failed at the head.</summary>
    Retry,

    /// <summary>Cancel what has not ended.</summary>
    Cancel,

    /// <summary>Let a fork's head run.</summary>
    Approve,

    /// <summary>Compare the head's results with another ref's.</summary>
    Compare,

    /// <summary>Say what can be asked for.</summary>
    Help,
}
