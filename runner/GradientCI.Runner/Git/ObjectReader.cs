using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace GradientCI.Runner.Git;

/// <summary>Reads objects through one <c>git cat-file --batch</c> that is kept open, and started again when it dies.</summary>
internal sealed class ObjectReader(GitProgram git, string gitDirectory) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Session? _session;

    /// <summary>The id of the open git, or null.</summary>
    public int? ProcessId => _session?.ProcessId;

    /// <summary>Reads an object of the expected type into memory.</summary>
    /// <returns>Its bytes, or null when it has more than <paramref name="maxBytes"/>.</returns>
    /// <exception cref="GradientException">It is missing, of another type, or unreadable.</exception>
    public Task<byte[]?> ReadAsync(string objectId, string type, long maxBytes, CancellationToken cancellationToken) =>
        UseAsync(objectId, type, async (session, size) =>
        {
            if (size > maxBytes)
            {
                return null;
            }

            var bytes = new byte[size];
            await session.ReadExactlyAsync(bytes);
            return bytes;
        }, cancellationToken);

    /// <summary>Writes a blob to the start of a file without holding it in memory.</summary>
    /// <returns>Its bytes, counted.</returns>
    /// <exception cref="GradientException">It is missing, of another type, or unreadable.</exception>
    public Task<long> CopyAsync(string objectId, SafeFileHandle file, CancellationToken cancellationToken) =>
        UseAsync(objectId, "blob", async (session, size) =>
        {
            for (long at = 0; at < size;)
            {
                var chunk = await session.ReadChunkAsync(size - at);
                RandomAccess.Write(file, chunk.Span, at);
                at += chunk.Length;
            }

            return size;
        }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        Close();
        _turn.Dispose();
    }

    private async Task<T> UseAsync<T>(
        string objectId, string type, Func<Session, long, Task<T>> use, CancellationToken cancellationToken)
    {
        if (objectId.Length is not (40 or 64) || !objectId.All(char.IsAsciiHexDigitLower))
        {
            throw new ArgumentException("An object's name has 40 or 64 hexadecimal digits.", nameof(objectId));
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            try
            {
                return await UseOnceAsync(objectId, type, use, cancellationToken);
            }
            catch (EndOfStreamException) when (!cancellationToken.IsCancellationRequested)
            {
                Close();
                return await UseOnceAsync(objectId, type, use, cancellationToken);
            }
        }
        catch (EndOfStreamException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new GradientException(
                FailureKind.Environment,
                $"git could not read object {objectId} of {gitDirectory}: {GitProgram.Complaint(_session?.WaitForErrors() ?? "", 128)}.",
                "Check the repository with git fsck, or clone it again.",
                exception);
        }
        finally
        {
            if (_session is { IsBetweenObjects: false })
            {
                Close();
            }

            _turn.Release();
        }
    }

    private async Task<T> UseOnceAsync<T>(
        string objectId, string type, Func<Session, long, Task<T>> use, CancellationToken cancellationToken)
    {
        var session = _session ??= new Session(git.Start(
            new GitCall(gitDirectory, ["cat-file", "--batch"]) { GitDirectory = gitDirectory }));
        await using var kill = cancellationToken.Register(session.Kill);
        var header = await session.AskAsync(objectId);
        if (header is not [_, var found, var digits] || !long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            session.IsBetweenObjects = true;
            throw new GradientException(
                FailureKind.Environment,
                $"The repository {gitDirectory} lacks object {objectId}.",
                "Fetch it: a partial or damaged clone cannot be run. git fsck says what else is missing.");
        }

        if (found != type)
        {
            throw new GradientException(
                FailureKind.Environment, $"Object {objectId} of {gitDirectory} is a {found}, not a {type}.", "Check the repository with git fsck.");
        }

        var result = await use(session, size);
        if (result is not null)
        {
            await session.ReadExactlyAsync(new byte[1]);
            session.IsBetweenObjects = true;
        }

        return result;
    }

    private void Close()
    {
        _session?.Dispose();
        _session = null;
    }

    /// <summary>One running git, and how much of its answer has been read.</summary>
    private sealed class Session : IDisposable
    {
        // Long enough for any disk; a git that is silent for longer hangs.
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

        private readonly Process _process;
        private readonly Stream _output;
        private readonly byte[] _buffer = new byte[128 << 10];
        private readonly StringBuilder _errors = new();
        private readonly CancellationTokenSource _stall = new();
        private int _start;
        private int _end;

        public Session(Process process)
        {
            _process = process;
            _output = process.StandardOutput.BaseStream;
            _stall.Token.Register(Kill);
            process.ErrorDataReceived += (_, line) =>
            {
                lock (_errors)
                {
                    _errors.Append(_errors.Length < 4096 ? line.Data + "\n" : "");
                }
            };
            process.BeginErrorReadLine();
        }

        public int ProcessId => _process.Id;

        /// <summary>Whether the last answer was read to its end, so that the next question can be asked.</summary>
        public bool IsBetweenObjects { get; set; } = true;

        /// <summary>What it complained before it ended.</summary>
        public string WaitForErrors()
        {
            Kill();
            _process.WaitForExit();
            lock (_errors)
            {
                return _errors.ToString();
            }
        }

        public async Task<string[]> AskAsync(string objectId)
        {
            IsBetweenObjects = false;
            try
            {
                await _process.StandardInput.BaseStream.WriteAsync(Encoding.ASCII.GetBytes(objectId + "\n"));
                await _process.StandardInput.BaseStream.FlushAsync();
            }
            catch (IOException exception)
            {
                throw new EndOfStreamException("git cat-file is gone.", exception);
            }

            int length;
            while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0)
            {
                await FillAsync();
            }

            var line = Encoding.ASCII.GetString(_buffer, _start, length);
            _start += length + 1;
            return line.Split(' ');
        }

        public async Task<ReadOnlyMemory<byte>> ReadChunkAsync(long maxBytes)
        {
            if (_start == _end)
            {
                await FillAsync();
            }

            var chunk = _buffer.AsMemory(_start, (int)Math.Min(maxBytes, _end - _start));
            _start += chunk.Length;
            return chunk;
        }

        public async Task ReadExactlyAsync(Memory<byte> target)
        {
            while (!target.IsEmpty)
            {
                var chunk = await ReadChunkAsync(target.Length);
                chunk.CopyTo(target);
                target = target[chunk.Length..];
            }
        }

        public void Kill() => GitProgram.Kill(_process);

        public void Dispose()
        {
            // Between two questions git has no children, and to look for some is to read about every process of the machine.
            if (IsBetweenObjects)
            {
                _process.Kill();
            }
            else
            {
                Kill();
            }

            _stall.Dispose();
            _process.Dispose();
        }

        private async Task FillAsync()
        {
            if (_start == _end)
            {
                _start = _end = 0;
            }
            else if (_end == _buffer.Length)
            {
                throw new EndOfStreamException("git cat-file answered with an endless line.");
            }

            _stall.CancelAfter(Patience);
            var read = await _output.ReadAsync(_buffer.AsMemory(_end));
            _stall.CancelAfter(Timeout.InfiniteTimeSpan);
            _end += read > 0 ? read : throw new EndOfStreamException("git cat-file ended early.");
        }
    }
}
