using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Masking;
using GradientCI.Stores;

namespace GradientCI.Runner.Secrets;

/// <summary>Secrets, open: the only place where sealed rows and keys come together.</summary>
/// <param name="secrets">The sealed ones.</param>
/// <param name="keys">The keys.</param>
/// <param name="time">The clock.</param>
public sealed class SecretVault(ISecretStore secrets, SecretKeyFile keys, TimeProvider time)
{
    /// <summary>Keeps a secret, in the place of one of the same name and project.</summary>
    /// <param name="project">Whose it is, or null for every project.</param>
    /// <param name="name">A name that <see cref="SecretRules"/> allow.</param>
    /// <param name="value">A value that they allow.</param>
    /// <param name="person">Who sets it.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="GradientException">There is no usable key, or the database cannot be written.</exception>
    public async Task SetAsync(ProjectId? project, string name, string value, string person, CancellationToken cancellationToken)
    {
        // Where secrets are, a key was: another one would hide that it is missing.
        if ((await secrets.ListSecretsAsync(cancellationToken)).IsEmpty)
        {
            keys.MakeUnlessThere();
        }

        var key = keys.Read()[0];
        var box = key.Seal(value, SecretKey.PurposeOf(project, name));
        await secrets.SetSecretAsync(new SealedSecret(project, name, key.Id, [.. box], time.GetUtcNow(), person), cancellationToken);
    }

    /// <summary>Seals every secret with a new key; the one before it is kept for attempts that run.</summary>
    /// <param name="by">Who wants it so.</param>
    /// <param name="cancellationToken">Gives up before anything is changed.</param>
    /// <returns>How many there are.</returns>
    /// <exception cref="GradientException">One cannot be opened: nothing was changed; or the key file cannot be written.</exception>
    public async Task<int> RotateAsync(Signature by, CancellationToken cancellationToken)
    {
        var before = await secrets.ListSecretsAsync(cancellationToken);
        var ring = keys.Read();
        var values = before.Select(secret => (Secret: secret, Value: Open(secret, ring))).ToList();
        var key = keys.Rotate();
        var count = await secrets.ResealSecretsAsync(
            [.. values.Select(each => (each.Secret, each.Secret with { KeyId = key.Id, Box = [.. key.Seal(each.Value, SecretKey.PurposeOf(each.Secret.Project, each.Secret.Name))] }))],
            by,
            cancellationToken);
        keys.LetGo();
        return count;
    }

    /// <summary>Reads what a run is given, and writes down that it was read.</summary>
    /// <param name="run">The run; nobody but its spec says which secrets.</param>
    /// <param name="worker">Who drives it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GradientException">One is not set, cannot be opened, or all together are too long.</exception>
    public async Task<RunSecrets> ReadAsync(Run run, WorkerId worker, CancellationToken cancellationToken)
    {
        ImmutableArray<string> names = [.. run.Spec.Secrets, .. run.Spec.SecretFiles];
        if (names.IsEmpty)
        {
            return RunSecrets.None;
        }

        var found = await secrets.ReadSecretsAsync(run.Id, names, new Signature(time.GetUtcNow(), $"worker {worker}"), cancellationToken);
        var missing = names.Except(found.Select(secret => secret.Name), StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            throw new GradientException(
                FailureKind.Environment,
                $"{run.Id.Experiment} asks for {(missing.Count == 1 ? "the secret" : "the secrets")} {string.Join(", ", missing)}, and {(missing.Count == 1 ? "it is" : "they are")} not set for {run.Id.Project}.",
                $"Set it with: gradientci secret set {missing[0]} --project {run.Id.Project}");
        }

        var ring = keys.Read();
        var values = found.ToImmutableSortedDictionary(secret => secret.Name, secret => Open(secret, ring), StringComparer.Ordinal);
        if (values.Values.Sum(value => System.Text.Encoding.UTF8.GetByteCount(value)) > SecretRules.MostPerRun)
        {
            throw new GradientException(
                FailureKind.Environment, $"The secrets of {run.Id.Experiment} have more than {SecretRules.MostPerRun} bytes together.", "Give it fewer, or shorter ones.");
        }

        return new RunSecrets(values);
    }

    /// <summary>Masks what an attempt was given that runs, for those who hear from it in another way than by its log.</summary>
    /// <exception cref="GradientException">It cannot be opened any more.</exception>
    public SecretMasker MaskerOf(AttemptId attempt, DataFolder data)
    {
        try
        {
            return File.Exists(data.SealedSecrets(attempt)) ? Open(File.ReadAllText(data.SealedSecrets(attempt)), attempt).Masker : SecretMasker.None;
        }
        catch (FileNotFoundException)
        {
            // It has ended meanwhile.
            return SecretMasker.None;
        }
    }

    /// <summary>Seals what an attempt was given, for whoever adopts it.</summary>
    internal string Seal(RunSecrets given, AttemptId attempt)
    {
        var key = keys.Read()[0];
        return $"{key.Id} {Convert.ToBase64String(key.Seal(given.ToJson(), SecretKey.PurposeOf(attempt)))}";
    }

    /// <summary>Opens what <see cref="Seal"/> made.</summary>
    /// <exception cref="GradientException">The key is gone, or the text was changed.</exception>
    internal RunSecrets Open(string text, AttemptId attempt)
    {
        var box = new byte[text.Length];
        return text.Split(' ') is [var id, var sealedText] && Convert.TryFromBase64String(sealedText, box, out var length)
            && keys.Read().FirstOrDefault(key => key.Id == id)?.Open(box.AsSpan(0, length), SecretKey.PurposeOf(attempt)) is { } json
            ? RunSecrets.Parse(json)
            : throw new GradientException(
                FailureKind.Environment, $"What {attempt} prints is not shown, as the secrets that it was given cannot be opened any more.",
                "Put the key back that was in use when it started.");
    }

    private static string Open(SealedSecret secret, ImmutableArray<SecretKey> ring) =>
        SecretKey.Open(secret, ring) ?? throw new GradientException(
            FailureKind.Environment, $"The secret {secret.Name} cannot be opened: it was sealed with another key, or changed.",
            $"Put the key {secret.KeyId} back; or set the secret anew with: gradientci secret set {secret.Name}{(secret.Project is { } project ? $" --project {project}" : "")}");
}
