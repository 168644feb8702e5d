using GradientCI.Runner.Git;

namespace GradientCI.Cli.Demo;

/// <summary>A repository of two commits made from the example: one that learns badly, and one that mends it.</summary>
internal static class DemoRepository
{
    /// <summary>Makes it in a folder that does not exist yet.</summary>
    public static async Task MakeAsync(string folder, CancellationToken cancellationToken)
    {
        await NewRepository.InitializeAsync(folder, cancellationToken);
        await WriteAsync(folder, "digits.csv.gz", cancellationToken);
        await WriteAsync(folder, "DATA-LICENSE.md", cancellationToken);
        var (train, manifest) = (await TextAsync("train.py", cancellationToken), await TextAsync(".gradient.yml", cancellationToken));

        await CommitAsync(
            folder, train.Replace("pixel / 16", "pixel / 64"), manifest.Replace("lr: [0.03, 0.3, 3.0]", "lr: [0.03, 0.3]"),
            "Classify digits with softmax regression", cancellationToken);
        await CommitAsync(folder, train, manifest, "Scale the pixels to 0..1 and try a larger learning rate", cancellationToken);
    }

    private static async Task CommitAsync(string folder, string train, string manifest, string message, CancellationToken cancellationToken)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "train.py"), train, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, ".gradient.yml"), manifest, cancellationToken);
        await NewRepository.CommitAllAsync(folder, message, cancellationToken);
    }

    private static async Task WriteAsync(string folder, string name, CancellationToken cancellationToken)
    {
        await using var source = Open(name);
        await using var target = File.Create(Path.Combine(folder, name));
        await source.CopyToAsync(target, cancellationToken);
    }

    private static async Task<string> TextAsync(string name, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Open(name));
        return await reader.ReadToEndAsync(cancellationToken);
    }

    private static Stream Open(string name) => typeof(DemoRepository).Assembly.GetManifestResourceStream($"example/{name}")
        ?? throw new GradientException(FailureKind.Environment, $"The example's file {name} is not in this build.", "Build gradientci from a complete checkout.");
}
