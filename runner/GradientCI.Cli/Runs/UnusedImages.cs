using System.Collections.Immutable;
using System.Text;
using GradientCI.Cli.Output;
using GradientCI.Runner.Executors.Docker;
using GradientCI.Runner.Retention;

namespace GradientCI.Cli.Runs;

/// <summary>Images of this machine's Engine that no run needs, for <c>gradientci prune --images</c>.</summary>
internal sealed class UnusedImages : IDisposable
{
    private const int NameWidth = 60;
    private const int IdLength = 12;

    private readonly DockerExecutor _engine;
    private readonly ImagePruning _pruning;
    private readonly ImmutableArray<EngineImage> _images;

    private UnusedImages(DockerExecutor engine, ImagePruning pruning, ImmutableArray<EngineImage> images)
    {
        _engine = engine;
        _pruning = pruning;
        _images = images;
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _images.IsEmpty;

    /// <summary>What would go, a line each; empty when there are none.</summary>
    public string Text
    {
        get
        {
            if (IsEmpty)
            {
                return "";
            }

            var table = new TextTable("IMAGE", "ID", "SIZE");
            foreach (var image in _images)
            {
                table.Add(Plain.Fit(image.Name, NameWidth), image.Id[(image.Id.IndexOf(':', StringComparison.Ordinal) + 1)..][..IdLength], ByteText.Of(image.Bytes));
            }

            return new StringBuilder($"{Plain.Count(_images.Length, "image")} may go; layers that others share stay:\n").Append(table).ToString();
        }
    }

    /// <summary>Looks for them.</summary>
    /// <exception cref="GradientException">The Engine does not answer, or the caller has no say in it.</exception>
    public static async Task<UnusedImages> FindAsync(Session session, TimeSpan unusedFor, CancellationToken cancellationToken)
    {
        if (session.Confinement is not null)
        {
            throw new GradientException(FailureKind.Usage, "A token of one project removes no images: those of all projects are the machine's.", "Leave --images out.");
        }

        var engine = ContainerSettings.Open(session.Terminal, session.Data, meter: null);
        try
        {
            var pruning = new ImagePruning(engine.Images, session.Store);
            return new UnusedImages(engine, pruning, await pruning.PlanAsync(session.Terminal.Time.GetUtcNow() - unusedFor, cancellationToken));
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Removes them.</summary>
    /// <returns>What was done, a line.</returns>
    /// <exception cref="GradientException">The Engine does not answer.</exception>
    public async Task<string> RemoveAsync(CancellationToken cancellationToken)
    {
        var gone = await _pruning.RunAsync(_images, cancellationToken);
        return IsEmpty ? "" : $"Removed {Plain.Count(gone.Length, "image")}{(gone.Length < _images.Length ? $"; {_images.Length - gone.Length} had come into use" : "")}.\n";
    }

    public void Dispose() => _engine.Dispose();
}
