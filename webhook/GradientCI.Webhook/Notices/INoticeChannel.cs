using GradientCI.Stores;

namespace GradientCI.Webhook.Notices;

/// <summary>A way to tell somebody.</summary>
public interface INoticeChannel
{
    /// <summary>What notices are kept under until they are sent: the same after a restart, another for another receiver, and never a secret.</summary>
    string Name { get; }

    /// <summary>Whether only runs that did not pass are told.</summary>
    bool IsForBadNewsOnly { get; }

    /// <summary>Sends a notice.</summary>
    /// <exception cref="NoticeException">It was not taken.</exception>
    Task SendAsync(Notice notice, CancellationToken cancellationToken);
}

/// <summary>A notice was not taken; the message is a sentence without secrets.</summary>
public sealed class NoticeException(string message, Exception? cause = null) : Exception(message, cause);
