namespace GradientCI.Runner.Executors;

/// <summary>Has the images that attempts run in.</summary>
public interface IImageSource
{
    /// <summary>Sees to it that an image is there, which may mean to fetch it.</summary>
    /// <param name="image">As the manifest names it.</param>
    /// <param name="tell">Told, in sentences, how it goes when that takes long.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The digest of all that is in it, by which attempts name it from now on: a tag may be moved.</returns>
    /// <exception cref="GradientException">Nothing here runs containers, or there is no such image.</exception>
    Task<string> PrepareAsync(string image, Action<string> tell, CancellationToken cancellationToken);

    /// <summary>Sees to it that an image is there that is built from a commit. Whoever asks sees to it that nobody else builds the same now.</summary>
    /// <param name="build">How, and of what.</param>
    /// <param name="cancellationToken">Gives up; what was begun is undone.</param>
    /// <returns>The digest of all that is in it.</returns>
    /// <exception cref="GradientException">Nothing here runs containers, or the build failed.</exception>
    Task<string> BuildAsync(ImageBuild build, CancellationToken cancellationToken);

    /// <summary>Sees to it that an image is there that has what a setup leaves. Whoever asks sees to it that nobody else does the same now.</summary>
    /// <param name="setup">What, and in which image.</param>
    /// <param name="cancellationToken">Gives up; what was begun is undone.</param>
    /// <returns>The digest of all that is in it.</returns>
    /// <exception cref="GradientException">Nothing here runs containers, or the setup failed.</exception>
    Task<string> SetUpAsync(ImageSetup setup, CancellationToken cancellationToken);
}
