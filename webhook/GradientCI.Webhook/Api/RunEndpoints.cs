using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using GradientCI.Experiments;
using GradientCI.Json;
using GradientCI.Reports.Formats.Json;
using GradientCI.Stores;

namespace GradientCI.Webhook.Api;

/// <summary>Projects and runs.</summary>
internal sealed class RunEndpoints(ApiRecords records, IPauseSwitch pauses)
{
    public const string Path = ApiRoutes.Version + "/runs/{project}/{experiment}/{number}";
    private const int MostAtOnce = 200;
    private const int AtOnce = 50;

    public ImmutableArray<ApiEndpoint> All =>
    [
        ApiEndpoint.Read(ApiRoutes.Version + "/projects", ListProjectsAsync),
        ApiEndpoint.Read(ApiRoutes.Version + "/runs", ListRunsAsync, "project", "experiment", "state", "commit", "cursor", "limit"),
        ApiEndpoint.Read(Path, ShowAsync),
    ];

    private async Task ListProjectsAsync(ApiRequest request)
    {
        var projects = (await records.Store.ListProjectsAsync(request.Aborted)).Where(project => request.Caller.Sees(project.Id)).ToImmutableArray();
        var pause = await pauses.FindPauseAsync(request.Aborted);
        await request.Context.WriteJsonAsync(json =>
        {
            json.WriteObjects("projects", projects, (each, project) =>
            {
                each.WriteString("id", project.Id.Value);
                each.WriteString("name", project.Name);
            });
            json.WriteObject("paused", pause, WritePause);
        });
    }

    private async Task ListRunsAsync(ApiRequest request)
    {
        var project = request.QueryName("project") is { } name ? new ProjectId(name) : request.Caller.Project;
        if (project is { } wanted && !request.Caller.Sees(wanted))
        {
            throw ApiRequest.NotFound("project");
        }

        var page = await records.Store.ListRunPageAsync(
            new RunQuery
            {
                Project = project,
                Experiment = request.QueryName("experiment"),
                State = StateOf(request),
                CommitPrefix = CommitOf(request),
                After = CursorOf(request),
                Limit = request.Whole("limit", 1, MostAtOnce, AtOnce),
            },
            request.Aborted);
        var next = page.Next?.ToString(CultureInfo.InvariantCulture);
        request.Context.LinkNext(next);
        await request.Context.WriteJsonAsync(json =>
        {
            json.WriteObjects("runs", page.Runs, RunFields.Write);
            json.WriteString("next", next);
        });
    }

    private async Task ShowAsync(ApiRequest request)
    {
        var run = await records.RunAsync(request);
        var trials = await records.Store.CountTrialsAsync(run.Id, request.Aborted);
        await request.Context.WriteJsonAsync(json => RunFields.WriteWhole(json, run, trials));
    }

    // As gradientci list --json has it.
    private static void WritePause(Utf8JsonWriter json, Pause pause)
    {
        json.WriteTime("since", pause.Since);
        json.WriteString("by", pause.By);
        json.WriteString("reason", pause.Reason);
    }

    private static RunState? StateOf(ApiRequest request) => request.Query("state") is not { } word ? null
        : Enum.GetValues<RunState>().Where(state => RunFields.Word(state) == word).Select(state => (RunState?)state).FirstOrDefault()
            ?? throw ApiRequest.Wrong("'state' is no state of a run.", $"The states are: {string.Join(", ", Enum.GetValues<RunState>().Select(RunFields.Word))}.");

    private static string? CommitOf(ApiRequest request) => request.Query("commit") is not { } text || (text.Length is >= 4 and <= 64 && text.All(char.IsAsciiHexDigitLower))
        ? request.Query("commit")
        : throw ApiRequest.Wrong("'commit' is not the start of a commit's sha.", "Give 4 to 64 lower-case hexadecimal digits.");

    private static long? CursorOf(ApiRequest request) => request.Query("cursor") is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place
        : throw ApiRequest.Wrong("'cursor' is none of ours.", "Take the 'next' of the page before, or leave it out.");
}
