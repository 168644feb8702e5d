using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Masking;
using GradientCI.Runner.Secrets;

namespace GradientCI.Runner.Orchestration;

/// <summary>What one attempt is given that must not be seen, its run's secrets and its own token, and the masker between what it prints and its log.</summary>
/// <remarks>
/// A sealed copy lies in the attempt's state folder while it runs: whoever adopts it masks what it was started with, also when
/// secrets were changed since. The copy goes last, so that without one there is nothing left to be masked. A token alone needs no
/// copy: it is derived again. A mark says that there is one, and stays, so that the output is never taken for the log.
/// </remarks>
internal sealed class AttemptSecrets
{
    private const UnixFileMode OwnerReads = UnixFileMode.UserRead;
    private const UnixFileMode OwnerWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;
    private readonly string _output;
    private readonly string _copy;
    private readonly string _mark;
    private readonly RunSecrets _given;
    private readonly ImmutableArray<string> _asFiles;
    private readonly MaskedLog? _log;

    private AttemptSecrets(Run run, AttemptId attempt, RunSecrets given, DataFolder data)
    {
        (_folder, _output, _copy, _mark) = (data.State(attempt), data.Output(attempt), data.SealedSecrets(attempt), data.TokenMark(attempt));
        (_given, _asFiles) = (given, run.Spec.SecretFiles);
        _log = new MaskedLog(_output, data.Log(attempt), given.Masker);
    }

    private AttemptSecrets() => (_folder, _output, _copy, _mark, _given, _asFiles) = ("", "", "", "", RunSecrets.None, []);

    /// <summary>None were asked for, and there is no token.</summary>
    public static AttemptSecrets None { get; } = new();

    /// <summary>Keeps them out of every text.</summary>
    public SecretMasker Masker => _given.Masker;

    /// <summary>The files that some are in.</summary>
    public IEnumerable<AttemptMount> Mounts => _asFiles.Select(name => new AttemptMount(FileOf(name), IsReadOnly: true) { IsPrivate = true });

    /// <summary>Whether a run asks for secrets.</summary>
    public static bool AreAskedBy(Run run) => !run.Spec.Secrets.IsEmpty || !run.Spec.SecretFiles.IsEmpty;

    /// <summary>Whether an attempt that was begun holds something that must not be seen: what it prints then comes to its log through a masker.</summary>
    public static bool AreHeldBy(Run run, AttemptId attempt, DataFolder data) => AreAskedBy(run) || File.Exists(data.TokenMark(attempt));

    /// <summary>Reads what a run asks for.</summary>
    /// <exception cref="GradientException">One is not there, or cannot be opened.</exception>
    public static Task<RunSecrets> ReadAsync(Run run, Workbench bench) => VaultOf(bench).ReadAsync(run, bench.Worker, CancellationToken.None);

    /// <summary>Makes what a new attempt needs; its state folder is there.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public static AttemptSecrets Begin(Run run, AttemptId attempt, RunSecrets given, Workbench bench)
    {
        if (!AreAskedBy(run) && bench.Tokens is null)
        {
            return None;
        }

        var all = WithToken(given, attempt, bench.Tokens);
        var secrets = new AttemptSecrets(run, attempt, all, bench.Data);
        try
        {
            secrets.WriteAll(AreAskedBy(run) ? VaultOf(bench).Seal(all, attempt) : null);
            return secrets;
        }
        catch
        {
            // Nobody would know of what was written so far.
            secrets.Remove();
            throw;
        }
    }

    /// <summary>Finds what an attempt was given that an earlier process started.</summary>
    /// <exception cref="GradientException">It cannot be opened any more, so that nothing of what it prints may be shown.</exception>
    public static AttemptSecrets Adopt(Run run, AttemptId attempt, Workbench bench)
    {
        var copy = bench.Data.SealedSecrets(attempt);
        return File.Exists(copy) && AreAskedBy(run) ? new AttemptSecrets(run, attempt, VaultOf(bench).Open(File.ReadAllText(copy), attempt), bench.Data)
            : File.Exists(bench.Data.TokenMark(attempt)) ? new AttemptSecrets(run, attempt, WithToken(RunSecrets.None, attempt, AttemptTokens.Find(bench.Data)), bench.Data)
            : None;
    }

    /// <summary>The variables of the attempt, with those that secrets are in.</summary>
    public ImmutableSortedDictionary<string, string> AddTo(ImmutableSortedDictionary<string, string> variables) => variables.SetItems(
        _given.Values.Select(secret => KeyValuePair.Create(secret.Key, _asFiles.Contains(secret.Key, StringComparer.Ordinal) ? FileOf(secret.Key) : secret.Value)));

    /// <summary>Brings into the log what was printed since.</summary>
    /// <exception cref="IOException">The disk is full, or broken.</exception>
    public void Pump(bool isComplete) => _log?.Pump(isComplete);

    /// <summary>Removes what only a running attempt needs.</summary>
    public void Remove()
    {
        if (_log is null || !Directory.Exists(_folder))
        {
            return;
        }

        foreach (var path in (string[])[Draft, _output, .. _asFiles.Select(FileOf), _copy])
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The trial took our rights away. Only our own user may read it, and prune tries again.
            }
        }
    }

    private static SecretVault VaultOf(Workbench bench) =>
        bench.Secrets ?? throw new GradientException(FailureKind.Environment, "Secrets are asked for, and nothing here holds any.");

    private static RunSecrets WithToken(RunSecrets given, AttemptId attempt, AttemptTokens? tokens) =>
        tokens is null ? given : given.With(AttemptTokens.Variable, tokens.Of(attempt));

    private void WriteAll(string? sealedText)
    {
        Write(sealedText is null ? _mark : _copy, sealedText ?? "", OwnerWrites);
        foreach (var name in _asFiles)
        {
            // Readers of keys in lines want the last line ended, too.
            var value = _given.Values[name];
            Write(FileOf(name), value.Contains('\n', StringComparison.Ordinal) ? value + "\n" : value, OwnerReads);
        }

        Write(_output, "", OwnerWrites);
    }

    private string FileOf(string name) => Path.Combine(_folder, $"secret-{name}");

    private string Draft => Path.Combine(_folder, "draft");

    // It appears whole or not at all, and nobody else can read it for a moment.
    private void Write(string path, string text, UnixFileMode mode)
    {
        File.Delete(Draft);
        using (var file = new FileStream(Draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        }

        File.Move(Draft, path, overwrite: true);
    }
}
