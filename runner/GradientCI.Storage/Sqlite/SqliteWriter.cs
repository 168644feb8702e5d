using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>The one connection that writes: what many callers ask for at once is committed together.</summary>
/// <remarks>
/// SQLite lets one writer in at a time, and a commit costs more than the few rows of a state change, so writes queue
/// here. While a group is being committed the next one gathers. Each write of a group is a savepoint: one that fails is
/// undone alone, and the others go on. Nobody hears of success before the commit.
/// </remarks>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int GroupSize = 256;

    private readonly SqliteSession _session;
    private readonly Channel<IWrite> _queue = Channel.CreateUnbounded<IWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _loop;

    public SqliteWriter(SqliteSession session)
    {
        _session = session;
        _loop = Task.Run(LoopAsync);
    }

    private interface IWrite
    {
        /// <summary>Runs it inside the open transaction, unless it was cancelled; true when it ran without error.</summary>
        bool TryRun(SqliteSession session);

        /// <summary>Tells the caller, unless the caller has heard already.</summary>
        void Succeed();

        /// <summary>Tells the caller, unless the caller has heard already.</summary>
        void Fail(Exception exception);
    }

    /// <summary>Runs a piece of work in a transaction. It must touch nothing but the session.</summary>
    /// <param name="work">The work; when it throws, what it wrote is undone and the caller gets the exception.</param>
    /// <param name="cancellationToken">Gives up while the work waits; once it has begun it is finished.</param>
    public Task<T> RunAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        var write = new Write<T>(work, cancellationToken);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(write), this);
        return write.Completion;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        try
        {
            await _loop;
        }
        finally
        {
            _session.Dispose();
        }
    }

    private async Task LoopAsync()
    {
        var group = new List<IWrite>(GroupSize);
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                CommitGroup(group);
                group.Clear();
            }
        }
        finally
        {
            // However the loop ends, nobody is left to wait for it.
            _queue.Writer.TryComplete();
            FailAll(group, new ObjectDisposedException(nameof(SqliteWriter)));
            while (_queue.Reader.TryRead(out var write))
            {
                write.Fail(new ObjectDisposedException(nameof(SqliteWriter)));
            }
        }
    }

    private void CommitGroup(List<IWrite> group)
    {
        try
        {
            RunGroup(group);
            group.ForEach(write => write.Succeed());
        }
        catch (Exception exception)
        {
            RollBack();
            FailAll(group, exception);
        }
    }

    private void RunGroup(List<IWrite> group)
    {
        try
        {
            _session.Execute("BEGIN IMMEDIATE");
        }
        catch (Exception)
        {
            // Nobody was let in; whoever waited up to now hears it, and later callers get a try of their own.
            while (group.Count < GroupSize && _queue.Reader.TryRead(out var waiting))
            {
                group.Add(waiting);
            }

            throw;
        }

        while (group.Count < GroupSize && _queue.Reader.TryRead(out var write))
        {
            group.Add(write);
            _session.Execute("SAVEPOINT one");
            if (!write.TryRun(_session))
            {
                // Fails when SQLite has rolled back the whole transaction: then the whole group has failed.
                _session.Execute("ROLLBACK TO one");
            }

            _session.Execute("RELEASE one");
        }

        _session.Execute("COMMIT");
    }

    private void RollBack()
    {
        try
        {
            if (_session.InTransaction)
            {
                _session.Execute("ROLLBACK");
            }
        }
        catch (SqliteException)
        {
            // Then the next group cannot begin, hears so, and tries this again; nothing half-done is ever committed.
        }
    }

    private static void FailAll(List<IWrite> group, Exception exception) => group.ForEach(write => write.Fail(exception));

    private sealed class Write<T> : IWrite
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<SqliteSession, T> _work;
        private readonly CancellationTokenRegistration _cancellation;
        private int _taken;
        private T? _result;

        public Write(Func<SqliteSession, T> work, CancellationToken cancellationToken)
        {
            _work = work;
            _cancellation = cancellationToken.UnsafeRegister(
                static (state, token) =>
                {
                    var write = (Write<T>)state!;
                    if (write.Take())
                    {
                        write._completion.TrySetCanceled(token);
                    }
                },
                this);
        }

        public Task<T> Completion => _completion.Task;

        public bool TryRun(SqliteSession session)
        {
            if (!Take())
            {
                return false;
            }

            _cancellation.Unregister();
            try
            {
                _result = _work(session);
                return true;
            }
            catch (Exception exception)
            {
                // The caller's own exception goes back to the caller; the loop must live on for the others.
                _completion.TrySetException(exception);
                return false;
            }
        }

        public void Succeed() => _completion.TrySetResult(_result!);

        public void Fail(Exception exception)
        {
            _cancellation.Unregister();
            _completion.TrySetException(exception);
        }

        // Whoever takes it first decides: the writer runs it, or the canceller drops it.
        private bool Take() => Interlocked.Exchange(ref _taken, 1) == 0;
    }
}
