using System.Collections.Immutable;

namespace GradientCI.Stores;

/// <summary>What forges delivered: durable before the forge is told so, each id once.</summary>
/// <remarks>One transaction per method, as in <see cref="IExperimentStore"/>; concurrent calls share commits.</remarks>
public interface IDeliveryStore
{
    /// <summary>Records a delivery.</summary>
    /// <returns>
    /// What becomes of it: a known id is a duplicate while it waits and when it is done or ignored; one that failed is taken again.
    /// </returns>
    Task<DeliveryReceipt> ReceiveAsync(Delivery delivery, CancellationToken cancellationToken);

    /// <summary>Received deliveries that are due, oldest first.</summary>
    /// <param name="now">The time.</param>
    /// <param name="busy">Repositories at whose deliveries somebody is: theirs are left out.</param>
    /// <param name="limit">The most that are wanted; their bodies come into memory.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<ImmutableArray<Delivery>> ListDueDeliveriesAsync(DateTimeOffset now, IReadOnlyCollection<long> busy, int limit, CancellationToken cancellationToken);

    /// <summary>Records what became of a received delivery; the body of one that is done or ignored is dropped.</summary>
    /// <param name="id">The delivery.</param>
    /// <param name="state">Done, ignored, failed for good; or received, to be tried again.</param>
    /// <param name="note">One sentence: what was done, or what went wrong.</param>
    /// <param name="notBefore">When it is tried again.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    Task EndDeliveryAsync(string id, DeliveryState state, string note, DateTimeOffset notBefore, CancellationToken cancellationToken);

    /// <summary>How many deliveries there are by event and state.</summary>
    Task<ImmutableArray<(string Event, DeliveryState State, int Count)>> CountDeliveriesAsync(CancellationToken cancellationToken);

    /// <summary>Forgets the ids of ended deliveries that were received before a moment; the newest of all stays, so that numbers go on from it.</summary>
    /// <returns>How many.</returns>
    Task<int> ForgetDeliveriesAsync(DateTimeOffset before, CancellationToken cancellationToken);
}

/// <summary>One delivery of a forge.</summary>
/// <param name="Id">The forge's id of it, the same when it is sent again: <c>X-GitHub-Delivery</c>.</param>
/// <param name="Event">The event's name: <c>push</c>.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Body">The raw bytes, as they were signed.</param>
public sealed record Delivery(string Id, string Event, DateTimeOffset ReceivedAt, ReadOnlyMemory<byte> Body)
{
    /// <summary>The forge's id of the repository that it is of; null when it is of none, or of many.</summary>
    public long? Repository { get; init; }

    /// <summary>Its place among all that ever arrived, from 1, given by the store; one that failed keeps it when it is delivered again.</summary>
    public long Number { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }
}

/// <summary>Where a delivery stands.</summary>
public enum DeliveryState
{
    /// <summary>Durable, and to be processed.</summary>
    Received,

    /// <summary>Processed.</summary>
    Done,

    /// <summary>Of no interest: an event that nobody asked for.</summary>
    Ignored,

    /// <summary>Given up; a redelivery is processed.</summary>
    Failed,
}

/// <summary>What became of a delivery that arrived.</summary>
public enum DeliveryReceipt
{
    /// <summary>New, and durable.</summary>
    Accepted,

    /// <summary>It had failed, and is taken again.</summary>
    TakenAgain,

    /// <summary>Known; nothing to do.</summary>
    Duplicate,
}
