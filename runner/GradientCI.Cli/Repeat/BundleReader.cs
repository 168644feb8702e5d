using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using GradientCI.Cli.Export;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;

namespace GradientCI.Cli.Repeat;

/// <summary>What repeats a run, taken out of a bundle that nobody vouches for.</summary>
/// <remarks>
/// Nothing is unpacked: three files are read, each once, each bounded, by their names alone; all others are passed over.
/// </remarks>
/// <param name="scratch">An empty file for the commit's pack.</param>
/// <param name="reserve">What must stay free of the disk that it is on.</param>
internal sealed class BundleReader(FileStream scratch, DiskReserve reserve)
{
    private const string RecipeName = "repeat.json";
    private const string PackName = "commit.pack";
    private const string DigestsName = "SHA256SUMS";
    private const int MostText = 128 << 20;
    private const int MostEntries = 2_000_000;

    // A night's artifacts may be large, and text shrinks to a fiftieth; what shrinks further was made to hurt.
    private const long LeastSuspected = 1L << 30;
    private const int MostRatio = 200;

    private readonly Dictionary<string, string> _found = new(StringComparer.Ordinal);
    private string? _recipe;
    private string? _digests;

    /// <summary>Reads a bundle.</summary>
    /// <param name="path">The archive or the folder, absolute.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The recipe. The pack is in the scratch file, from its start.</returns>
    /// <exception cref="GradientException">It is no bundle, or what it holds is not what it says.</exception>
    public async Task<Recipe> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await (Directory.Exists(path) ? ReadFolderAsync(path, cancellationToken) : ReadArchiveAsync(path, cancellationToken));
            Verify(path);
            scratch.Position = 0;
            return RecipeJson.Read(_recipe!);
        }
        catch (Exception problem) when (problem is InvalidDataException or JsonException or EndOfStreamException or FormatException)
        {
            throw new GradientException(FailureKind.Usage, $"{path} is no bundle that can be repeated: {problem.Message}", "Export the run again with: gradientci export", problem);
        }
    }

    private async Task ReadFolderAsync(string path, CancellationToken cancellationToken)
    {
        foreach (var name in (string[])[RecipeName, PackName, DigestsName])
        {
            var file = new FileInfo(Path.Combine(path, name));
            if (file is { Exists: true, LinkTarget: null })
            {
                await using var content = file.OpenRead();
                await TakeAsync(name, content, cancellationToken);
            }
        }
    }

    private async Task ReadArchiveAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new GradientException(FailureKind.Usage, $"There is no bundle {path}.", "Make one with: gradientci export");
        }

        await using var file = File.OpenRead(path);
        await using var plain = new GZipStream(file, CompressionMode.Decompress);
        await using var guarded = new RatioStream(plain, file, LeastSuspected, MostRatio);
        await using var archive = new TarReader(guarded);
        var entries = 0;
        while (await archive.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            if (++entries > MostEntries)
            {
                throw new InvalidDataException($"it holds more than {MostEntries} files.");
            }

            var parts = entry.Name.Split('/');
            if (parts is [_, var name] && name is RecipeName or PackName or DigestsName && entry is { EntryType: TarEntryType.RegularFile or TarEntryType.V7RegularFile, DataStream: { } content })
            {
                await TakeAsync(name, content, cancellationToken);
            }
        }
    }

    private async Task TakeAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        if (_found.ContainsKey(name))
        {
            throw new InvalidDataException($"it holds {name} twice.");
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var text = new MemoryStream();
        var target = name == PackName ? new SparingStream(scratch, reserve) : (Stream)text;
        var (buffer, total, most) = (new byte[128 << 10], 0L, name == PackName ? CommitPack.MostBytes : MostText);
        for (int count; (count = await content.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            total += count;
            if (total > most)
            {
                throw new InvalidDataException($"its {name} has more than {most >> 20} MiB.");
            }

            digest.AppendData(buffer, 0, count);
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }

        _found[name] = Convert.ToHexStringLower(digest.GetHashAndReset());
        (_recipe, _digests) = name switch
        {
            RecipeName => (Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length), _digests),
            DigestsName => (_recipe, Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length)),
            _ => (_recipe, _digests),
        };
    }

    private void Verify(string path)
    {
        foreach (var name in (string[])[RecipeName, PackName, DigestsName])
        {
            if (!_found.ContainsKey(name))
            {
                throw new GradientException(
                    FailureKind.Usage, $"{path} holds no {name}, so that its run cannot be repeated.",
                    name == PackName ? "The commit was gone when the run was exported; README.txt of the bundle says so." : "Export the run again with this version: gradientci export");
            }
        }

        var lines = _digests!.Split('\n').ToHashSet(StringComparer.Ordinal);
        foreach (var name in (string[])[RecipeName, PackName])
        {
            if (!lines.Contains($"{_found[name]}  {name}"))
            {
                throw new InvalidDataException($"its {name} is not the one that SHA256SUMS names.");
            }
        }
    }
}
