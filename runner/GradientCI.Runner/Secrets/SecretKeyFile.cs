using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using GradientCI.Runner.Linux;
using GradientCI.Stores;

namespace GradientCI.Runner.Secrets;

/// <summary>The file with the keys that open the secrets, a line each: the first seals, the others open what was sealed before.</summary>
/// <param name="path">The file.</param>
public sealed class SecretKeyFile(string path)
{
    /// <summary>The variable that names it, when it is not in the data folder.</summary>
    public const string Variable = "GRADIENTCI_SECRET_KEY_FILE";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = (UnixFileMode)0x3F;

    // The one in use, and the one before it.
    private const int MostKeys = 2;

    /// <summary>The file in use: the one that the variable names, else the data folder's own.</summary>
    public static SecretKeyFile Locate(DataFolder data, Func<string, string?> variable) =>
        new(variable(Variable) is { Length: > 0 } named ? System.IO.Path.GetFullPath(named) : data.SecretKey);

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>Whether there is one.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Those of some secrets that its keys do not open.</summary>
    /// <exception cref="GradientException">There is no such file, others may read it, or it holds something else.</exception>
    public ImmutableArray<SealedSecret> FindUnopened(IEnumerable<SealedSecret> secrets)
    {
        var ring = Read();
        return [.. secrets.Where(secret => SecretKey.Open(secret, ring) is null)];
    }

    /// <summary>Whether it belongs to the user that a folder belongs to, who alone can read it.</summary>
    /// <exception cref="IOException">One of them cannot be looked at.</exception>
    public bool HasOwnerOf(string folder) => FileOwner.OfFile(path) == FileOwner.OfFile(folder);

    /// <summary>The keys.</summary>
    /// <exception cref="GradientException">There is no such file, others may read it, or it holds something else.</exception>
    internal ImmutableArray<SecretKey> Read()
    {
        try
        {
            if (!Exists)
            {
                throw new GradientException(
                    FailureKind.Environment, $"The key of the secrets is not there: {path}.",
                    $"Put it back from where you keep a copy of it, or name its place with ${Variable}; or remove the secrets, and set them anew.");
            }

            if ((File.GetUnixFileMode(path) & Others) != UnixFileMode.None)
            {
                throw new GradientException(FailureKind.Environment, $"The key of the secrets may be read by others: {path}.", $"Say: chmod 600 {path}");
            }

            return Parse(File.ReadAllLines(path));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Unusable(problem);
        }
    }

    /// <summary>Makes a file with a first key, unless there is one.</summary>
    /// <exception cref="GradientException">It cannot be written.</exception>
    internal void MakeUnlessThere()
    {
        if (!Exists)
        {
            Write([SecretKey.Make()], isNew: true);
        }
    }

    /// <summary>Puts a new key before those there are.</summary>
    /// <exception cref="GradientException">It cannot be written.</exception>
    internal SecretKey Rotate()
    {
        var key = SecretKey.Make();
        Write([key, .. Read()], isNew: false);
        return key;
    }

    /// <summary>Lets go of keys that nothing is sealed with any more; the one before the newest stays for attempts that run.</summary>
    /// <exception cref="GradientException">It cannot be written.</exception>
    internal void LetGo() => Write([.. Read().Take(MostKeys)], isNew: false);

    // It appears whole or not at all; of two who make one, the second takes the first's.
    private void Write(ImmutableArray<SecretKey> keys, bool isNew)
    {
        var draft = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                file.Write(Encoding.ASCII.GetBytes(string.Concat(keys.Select(key => key.Line + "\n"))));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: !isNew);
        }
        catch (IOException) when (isNew && Exists)
        {
            File.Delete(draft);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Unusable(problem);
        }
    }

    private ImmutableArray<SecretKey> Parse(string[] lines)
    {
        var keys = ImmutableArray.CreateBuilder<SecretKey>();
        foreach (var words in lines.Where(line => line.Length > 0).Select(line => line.Split(' ')))
        {
            var bytes = new byte[SecretKey.Length + 1];
            if (words is not [{ Length: > 0 } id, var text] || !Convert.TryFromBase64String(text, bytes, out var length) || length != SecretKey.Length)
            {
                throw Foreign();
            }

            keys.Add(new SecretKey(id, bytes[..length]));
        }

        return keys.Count > 0 ? keys.ToImmutable() : throw Foreign();
    }

    private GradientException Foreign() => new(FailureKind.Environment, $"{path} holds no key of secrets.", "Put the file back from where you keep a copy of it.");

    private GradientException Unusable(Exception problem) =>
        new(FailureKind.Environment, $"The key of the secrets {path} cannot be read or written: {problem.Message.TrimEnd('.')}.", "Check its folder and permissions.", problem);
}
