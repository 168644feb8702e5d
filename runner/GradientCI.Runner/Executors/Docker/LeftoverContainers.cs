using System.Collections.Concurrent;
using System.Net;
using GradientCI.Experiments;
using GradientCI.Runner.Executors.Docker.Client;

namespace GradientCI.Runner.Executors.Docker;

/// <summary>The containers of a data folder that nobody watches any more: what a death or an absent Engine left behind.</summary>
/// <param name="containers">Of the Engine.</param>
/// <param name="owner">The data folder; containers of another are left alone.</param>
/// <param name="patience">How long a container may take to go.</param>
/// <param name="time">The clock.</param>
internal sealed class LeftoverContainers(ContainerOperations containers, string owner, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, bool> _abandoned = new(StringComparer.Ordinal);

    /// <summary>Notes that an attempt was given up whose container may run on, at an Engine that did not answer.</summary>
    public void Abandon(string id) => _abandoned[id] = true;

    /// <summary>
    /// Removes what could run beside an attempt that is about to start: earlier attempts of its trial, whoever gave them up, and
    /// what this process gave up, as its GPUs and its workspace may be the new one's.
    /// </summary>
    /// <remarks>Later attempts are let be: whoever starts an earlier one only now is the one that was given up.</remarks>
    /// <exception cref="DockerApiException">The Engine does not answer, or cannot remove them.</exception>
    public async Task RemoveBeforeAsync(AttemptId attempt, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while ((attempt.Number > 1 || !_abandoned.IsEmpty) && await TryRemoveBeforeAsync(attempt, cancellationToken) is { } left)
        {
            if (time.GetElapsedTime(since) > patience)
            {
                throw DockerApiException.Refused(HttpStatusCode.Conflict, $"the container {left} of an earlier attempt runs, and cannot be removed");
            }

            await Task.Delay(LookAgain, time, cancellationToken);
        }
    }

    /// <summary>Removes those whose attempts have ended.</summary>
    /// <param name="isOpen">Whether an attempt has not ended yet, so that somebody drives it or will adopt it.</param>
    /// <param name="takeTurn">Keeps others from setting up the image of a digest until it is disposed; null when somebody does.</param>
    /// <param name="cancellationToken">Stops between two containers.</param>
    /// <returns>How many were removed.</returns>
    /// <exception cref="DockerApiException">The Engine does not answer.</exception>
    public async Task<int> RemoveEndedAsync(Func<AttemptId, Task<bool>> isOpen, Func<string, IDisposable?> takeTurn, CancellationToken cancellationToken)
    {
        var removed = 0;
        foreach (var container in await containers.ListContainersAsync([ContainerIdentity.OwnedBy(owner)], cancellationToken))
        {
            using var turn = ContainerIdentity.SetupOf(container, owner) is { } digest ? takeTurn(digest) : null;
            if (turn is not null || (ContainerIdentity.AttemptOf(container.Labels!) is { } attempt && !await isOpen(attempt)))
            {
                await RemoveAsync(container.Id, force: true, cancellationToken);
                removed++;
            }
        }

        return removed;
    }

    /// <summary>Removes a container, and what it kept on the Engine's disk.</summary>
    /// <param name="id">Which.</param>
    /// <param name="force">Whether one that runs is killed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is gone; false when it runs, or somebody else is about to remove it.</returns>
    public async Task<bool> RemoveAsync(string id, bool force, CancellationToken cancellationToken)
    {
        try
        {
            await containers.RemoveContainerAsync(id, force, cancellationToken);
            return true;
        }
        catch (DockerApiException refusal) when (refusal.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            return refusal.StatusCode == HttpStatusCode.NotFound;
        }
    }

    /// <returns>One that may still run, or null.</returns>
    private async Task<string?> TryRemoveBeforeAsync(AttemptId attempt, CancellationToken cancellationToken)
    {
        string? left = null;
        var abandoned = _abandoned.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var container in await containers.ListContainersAsync([ContainerIdentity.OwnedBy(owner)], cancellationToken))
        {
            var isBefore = ContainerIdentity.AttemptOf(container.Labels!) is { } other && other.Trial == attempt.Trial && other.Number < attempt.Number;
            if ((isBefore || abandoned.Contains(container.Id)) && !await TryRemoveAsync(container.Id, cancellationToken)
                && container.State is not ("created" or "exited" or "dead"))
            {
                left = container.Id;
                abandoned.Remove(left);
            }
        }

        foreach (var gone in abandoned)
        {
            _abandoned.TryRemove(gone, out _);
        }

        return left;
    }

    // What cannot be removed, as its files are busy for instance, holds up nothing once it does not run any more.
    private async Task<bool> TryRemoveAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            return await RemoveAsync(id, force: true, cancellationToken);
        }
        catch (DockerApiException refusal) when (refusal.StatusCode == HttpStatusCode.InternalServerError)
        {
            return false;
        }
    }
}
