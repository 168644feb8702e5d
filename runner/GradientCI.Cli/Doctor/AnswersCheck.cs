using GradientCI.Cli.Output;
using GradientCI.Storage.Sqlite;

namespace GradientCI.Cli.Doctor;

/// <summary>Forges took what they were told.</summary>
internal sealed class AnswersCheck(Lazy<Task<DatabaseHealth?>> health) : IHostCheck
{
    public string Name => "answers";

    public async Task<HostVerdict> RunAsync(CancellationToken cancellationToken)
    {
        if (await health.Value is not { DeadAnswers: [var newest, ..] dead })
        {
            return HostVerdict.Ok("No status or comment was given up.");
        }

        var count = dead.Length == DatabaseHealth.MostDeadAnswers ? $"{dead.Length} or more answers" : Plain.Count(dead.Length, "answer");
        return HostVerdict.Warning(
            $"{count} to forges given up; the newest is '{Plain.Fit(newest.Lane, 120)}' of {newest.Project}: {Plain.Fit(newest.Problem, 200)}",
            "Mend what it says, and start the service anew: it tries each once more.");
    }
}
