using GradientCI.Experiments;
using GradientCI.Stores;
using GradientCI.Webhook.Forges;

namespace GradientCI.Webhook.Commands;

/// <summary>Who may give commands: whoever may push at this moment. What strangers cost is bounded.</summary>
/// <remarks>
/// A "yes" is asked for each time. A "no" is remembered for some minutes, and people whom the forge does not count to the
/// repository share a number of questions, whoever and however many they are.
/// </remarks>
internal sealed class CommenterPermissions(IForge forge, TimeProvider time)
{
    /// <summary>How long a "no" holds.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    /// <summary>The most questions about strangers of one repository in that time.</summary>
    public const int MostStrangers = 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<ProjectId, Window> _windows = [];

    /// <summary>Whether somebody may.</summary>
    /// <returns>Null when it was not asked, because too many strangers were asked for already.</returns>
    /// <exception cref="GradientException">The forge does not say: to be tried again.</exception>
    public async Task<bool?> MayCommandAsync(ForgeRepository repository, RemoteComment comment, CancellationToken cancellationToken)
    {
        var window = WindowOf(repository.Project);
        lock (_lock)
        {
            if (window.Refused.Contains(comment.Author))
            {
                return false;
            }

            if (!comment.IsOfTheHouse && window.Strangers++ >= MostStrangers)
            {
                return null;
            }
        }

        try
        {
            var may = await forge.MayWriteAsync(repository, comment.Author, cancellationToken);
            lock (_lock)
            {
                _ = !may && window.Refused.Add(comment.Author);
            }

            return may;
        }
        catch (ForgeException problem)
        {
            throw new GradientException(
                FailureKind.Environment, $"It is not known what {comment.Author} may do in {repository.FullName}: {problem.Message}", "It is tried again.", problem);
        }
    }

    private Window WindowOf(ProjectId project)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            if (!_windows.TryGetValue(project, out var window) || now >= window.Until)
            {
                _windows[project] = window = new Window(now + Memory);
            }

            return window;
        }
    }

    /// <summary>What was asked of one repository for some minutes.</summary>
    private sealed class Window(DateTimeOffset until)
    {
        public DateTimeOffset Until => until;

        public HashSet<string> Refused { get; } = new(StringComparer.OrdinalIgnoreCase);

        public int Strangers { get; set; }
    }
}
