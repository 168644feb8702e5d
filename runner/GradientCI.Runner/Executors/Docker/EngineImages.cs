using System.Net;
using GradientCI.Runner.Executors.Docker.Client;
using GradientCI.Runner.Executors.Docker.Client.Models;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>An image that is on a machine because we pulled or built it.</summary>
/// <param name="Id"><c>sha256:…</c>, as runs record it.</param>
/// <param name="Names">Its other names than the one that makes it ours, or that one when it has no other.</param>
/// <param name="Bytes">Its size; layers that it shares with others included.</param>
/// <param name="MadeAt">When it was last given a name here.</param>
public sealed record EngineImage(string Id, IReadOnlyList<string> Names, long Bytes, DateTimeOffset MadeAt)
{
    /// <summary>One of its names, for people.</summary>
    public string Name => Names.Count > 0 ? Names[0] : Id;
}

/// <summary>The images of an Engine that are a data folder's: those that were pulled or built for it, and that nobody else wanted since.</summary>
/// <remarks>All methods throw <see cref="GradientException"/> when the Engine does not answer.</remarks>
public sealed class EngineImages
{
    private readonly DockerClient _client;
    private readonly string _owner;

    internal EngineImages(DockerClient client, string owner)
    {
        _client = client;
        _owner = owner;
    }

    /// <summary>All that could go if no run needed them; one that a person has given a name of his own is not among them.</summary>
    public Task<IReadOnlyList<EngineImage>> ListAsync(CancellationToken cancellationToken) => AskAsync<IReadOnlyList<EngineImage>>(async () =>
    {
        var pulled = await _client.Images.ListImagesAsync("reference", ImageNames.Pulled, cancellationToken);
        var built = await _client.Images.ListImagesAsync("label", $"{ContainerIdentity.OwnerLabel}={_owner}", cancellationToken);
        var images = new List<EngineImage>();
        foreach (var id in pulled.Concat(built).Select(image => image.Id).Distinct(StringComparer.Ordinal))
        {
            if (await FindAsync(id, cancellationToken) is { } image && IsOurs(image))
            {
                images.Add(new EngineImage(image.Id, NamesOf(image), image.Size, image.Metadata?.LastTagTime ?? default));
            }
        }

        return images;
    });

    /// <summary>Removes one, unless a container has it or somebody has named it since.</summary>
    /// <returns>Whether it is gone.</returns>
    public Task<bool> RemoveAsync(EngineImage image, CancellationToken cancellationToken) => AskAsync(async () =>
    {
        if (await FindAsync(image.Id, cancellationToken) is not { } there)
        {
            return true;
        }

        if (!IsOurs(there) || (await _client.Containers.ListContainersOfAsync(image.Id, cancellationToken)).Length > 0)
        {
            return false;
        }

        // The name that makes it ours goes last: whoever dies before that has left one that is found again.
        string[] names = [.. there.RepoTags ?? [], .. there.RepoDigests ?? []];
        foreach (var name in names.OrderBy(IsMark))
        {
            await TakeOffAsync(name, cancellationToken);
        }

        return await FindAsync(image.Id, cancellationToken) is null;
    });

    /// <summary>Where the Engine keeps them, on its machine.</summary>
    public Task<string> ReadFolderAsync(CancellationToken cancellationToken) => AskAsync(async () =>
        (await _client.System.GetSystemInfoAsync(cancellationToken)).DockerRootDir ?? "");

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (DockerApiException problem)
        {
            throw problem.ToSentence();
        }
    }

    // Pulled by one name, it has that and ours: with a third somebody wants it for himself. By a digest alone it has no other.
    private bool IsOurs(ImageInspectResponse image)
    {
        var tags = image.RepoTags ?? [];
        var others = tags.Count(tag => !IsMark(tag));
        return image.Config?.Labels?.GetValueOrDefault(ContainerIdentity.OwnerLabel) == _owner ? others == 0 && tags.Count > 0
            : tags.Any(tag => ImageNames.IsPulledBy(_owner, tag)) && others <= 1 && !tags.Any(tag => IsMark(tag) && !ImageNames.IsPulledBy(_owner, tag));
    }

    private static bool IsMark(string name) =>
        name.StartsWith($"{ImageNames.Pulled}:", StringComparison.Ordinal) || name.StartsWith($"{ImageNames.Built}:", StringComparison.Ordinal);

    private static string[] NamesOf(ImageInspectResponse image)
    {
        string[] others = [.. (image.RepoTags ?? []).Where(name => !IsMark(name))];
        return others.Length > 0 ? others : [.. (image.RepoDigests ?? []).Concat(image.RepoTags ?? []).Take(1)];
    }

    private async Task<ImageInspectResponse?> FindAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.Images.InspectImageAsync(id, cancellationToken);
        }
        catch (DockerApiException problem) when (problem.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private async Task TakeOffAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await _client.Images.DeleteImageAsync(name, cancellationToken);
        }
        catch (DockerApiException problem) when (problem.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Gone with another of its names; or a container has just been made of it, and it stays.
        }
    }
}
