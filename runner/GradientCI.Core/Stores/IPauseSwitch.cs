namespace GradientCI.Stores;

/// <summary>Keeps new trials from starting, whichever worker would: claims are refused in their own transaction.</summary>
/// <remarks>What runs goes on, and so does everything but the start of trials. One transaction per method, as in <see cref="IExperimentStore"/>.</remarks>
public interface IPauseSwitch
{
    /// <summary>Pauses; when there is a pause already, that one stays as it is.</summary>
    /// <returns>Whether it was not paused before.</returns>
    Task<bool> PauseAsync(Pause pause, CancellationToken cancellationToken);

    /// <summary>Lets trials start again.</summary>
    /// <returns>Whether it was paused.</returns>
    Task<bool> ResumeAsync(Signature by, CancellationToken cancellationToken);

    /// <summary>The pause that holds, or null.</summary>
    Task<Pause?> FindPauseAsync(CancellationToken cancellationToken);
}

/// <summary>No new trial starts.</summary>
/// <param name="Since">Since when.</param>
/// <param name="By">Who said so: <c>NAME@HOST</c>.</param>
/// <param name="Reason">Why, or empty; at most 200 characters.</param>
public sealed record Pause(DateTimeOffset Since, string By, string Reason)
{
    /// <summary>One sentence for people: since when, by whom, why, and how it ends.</summary>
    public override string ToString() =>
        $"Paused since {Since.UtcDateTime:yyyy-MM-dd HH:mm} UTC by {By}{(Reason.Length == 0 ? "" : $" ({Reason})")}: no new trial starts until gradientci resume.";
}
