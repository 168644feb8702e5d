using System.Collections.Immutable;
using GradientCI.Stores;

namespace GradientCI.Storage.Sqlite;

/// <summary>Deliveries as rows.</summary>
internal static class DeliveryRows
{
    public static DeliveryReceipt Receive(SqliteSession session, Delivery delivery)
    {
        (string, object?)[] values =
        [
            ("@id", delivery.Id), ("@event", delivery.Event), ("@at", delivery.ReceivedAt.ToUnixTimeMilliseconds()), ("@body", delivery.Body.ToArray()),
            ("@repository", delivery.Repository),
        ];
        var isNew = session.Execute(
            """
            INSERT INTO deliveries (id, event, received_at, repository, state, body)
            VALUES (@id, @event, @at, @repository, 'received', @body)
            ON CONFLICT (id) DO NOTHING
            """,
            values) == 1;
        if (isNew)
        {
            return DeliveryReceipt.Accepted;
        }

        return session.Execute(
            """
            UPDATE deliveries SET event = @event, received_at = @at, repository = @repository, state = 'received', attempts = 0, not_before = 0, note = '', body = @body
            WHERE id = @id AND state = 'failed'
            """,
            values) == 1 ? DeliveryReceipt.TakenAgain : DeliveryReceipt.Duplicate;
    }

    // The keys come from the index alone, so that a long queue of large bodies is not read to find its beginning.
    public static ImmutableArray<Delivery> ListDue(SqliteSession session, DateTimeOffset now, IReadOnlyCollection<long> busy, int limit) =>
    [
        .. session.Query(
            """
            SELECT id, event, received_at, body, attempts, repository, key FROM deliveries
            WHERE key IN (
                SELECT key FROM deliveries INDEXED BY deliveries_due
                WHERE state = 'received' AND not_before <= @now AND (repository IS NULL OR repository NOT IN (SELECT value FROM json_each(@busy)))
                ORDER BY key LIMIT @limit)
            ORDER BY key
            """,
            row => new Delivery(row.GetString(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2)), row.GetFieldValue<byte[]>(3))
            {
                Attempts = row.GetInt32(4),
                Repository = row.IsDBNull(5) ? null : row.GetInt64(5),
                Number = row.GetInt64(6),
            },
            ("@now", now.ToUnixTimeMilliseconds()), ("@busy", $"[{string.Join(',', busy)}]"), ("@limit", limit)),
    ];

    public static int End(SqliteSession session, string id, DeliveryState state, string note, DateTimeOffset notBefore) => session.Execute(
        """
        UPDATE deliveries SET state = @state, note = @note, not_before = @before, attempts = attempts + 1,
            body = CASE WHEN @state IN ('done', 'ignored') THEN x'' ELSE body END
        WHERE id = @id AND state = 'received'
        """,
        ("@state", Words<DeliveryState>.Of(state)), ("@note", note), ("@before", notBefore.ToUnixTimeMilliseconds()), ("@id", id));

    public static ImmutableArray<(string Event, DeliveryState State, int Count)> Count(SqliteSession session) =>
    [
        .. session.Query(
            "SELECT event, state, count(*) FROM deliveries GROUP BY event, state ORDER BY event, state",
            row => (row.GetString(0), Words<DeliveryState>.Parse(row.GetString(1)), row.GetInt32(2))),
    ];

    public static int Forget(SqliteSession session, DateTimeOffset before) => session.Execute(
        "DELETE FROM deliveries WHERE state <> 'received' AND received_at < @before AND key < (SELECT max(key) FROM deliveries)", ("@before", before.ToUnixTimeMilliseconds()));
}
