using System.Collections.Immutable;
using System.Globalization;
using GradientCI.Experiments;
using GradientCI.Reports.Analysis;
using GradientCI.Reports.Formats;
using GradientCI.Reports.Formats.Html;
using GradientCI.Stores;
using GradientCI.Webhook.Portal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;

namespace GradientCI.Webhook.Api;

/// <summary>Reports of runs, and comparisons between them.</summary>
internal sealed class ReportEndpoints(ApiRecords records)
{
    private static readonly (IReportFormat Format, string Suffix, string MediaType)[] Formats =
    [
        (ReportFormats.Json, "json", "application/json"),
        (ReportFormats.Markdown, "md", "text/markdown"),
        (ReportFormats.Html, "html", "text/html"),
        (ReportFormats.Csv, "csv", "text/csv"),
    ];

    public ImmutableArray<ApiEndpoint> All =>
    [
        ApiEndpoint.Read(RunEndpoints.Path + "/report", NegotiateAsync),
        ApiEndpoint.Read(RunEndpoints.Path + "/report.{format}", ReportAsync),
        ApiEndpoint.Read(RunEndpoints.Path + "/comparison", CompareAsync, "base"),
    ];

    // The first of ours among those the caller likes best; JSON for who takes anything.
    private Task NegotiateAsync(ApiRequest request)
    {
        request.Context.Response.Headers.Vary = "Accept";
        var wanted = new RequestHeaders(request.Context.Request.Headers).Accept.Where(type => type.Quality is not 0).OrderByDescending(type => type.Quality ?? 1).ToList();
        var found = wanted.Count == 0 ? Formats[0]
            : wanted.SelectMany(type => Formats.Where(each => type.MatchesMediaType(each.MediaType))).FirstOrDefault();
        return found.Format is not null ? WriteAsync(request, found, null) : throw new ApiProblemException(new ApiProblem(
            StatusCodes.Status406NotAcceptable, "There is no report of that media type.", $"Ask for one of: {string.Join(", ", Formats.Select(each => each.MediaType))}."));
    }

    private Task ReportAsync(ApiRequest request) =>
        Formats.FirstOrDefault(each => each.Suffix == request.Value("format")) is { Format: not null } found
            ? WriteAsync(request, found, null)
            : throw ApiRequest.NotFound("format of a report");

    private async Task CompareAsync(ApiRequest request)
    {
        var run = await records.RunAsync(request);
        var other = request.Query("base") is { } text ? BaseOf(text, run.Id.Project) : run.Baseline
            ?? throw ApiRequest.Wrong($"{run.Id} has no baseline.", "Name a run of the same project: ?base=EXPERIMENT/NUMBER");
        if (await records.Store.FindRunAsync(other, request.Aborted) is null)
        {
            throw ApiRequest.NotFound("run to compare with");
        }

        await WriteAsync(request, Formats[0], other);
    }

    private async Task WriteAsync(ApiRequest request, (IReportFormat Format, string Suffix, string MediaType) wanted, RunId? baseline)
    {
        var run = await records.RunAsync(request);
        var text = await ApiRecords.InTurnAsync(
            async () => await StoredReports.MakeAsync(records.Store, new ReportQuery(run.Id) { Baseline = baseline }, request.Aborted) is { } report ? wanted.Format.Write(report) : null, request.Aborted);
        request.Context.Response.OnStarting(() =>
        {
            if (wanted.Format == ReportFormats.Html)
            {
                request.Context.Response.Headers.ContentSecurityPolicy = PageFrame.Policy + "; frame-ancestors 'none'";
            }

            return Task.CompletedTask;
        });
        await request.Context.WriteTextAsync(text ?? throw ApiRequest.NotFound("run"), $"{wanted.MediaType}; charset=utf-8");
    }

    private static RunId BaseOf(string text, ProjectId project) =>
        text.Split('/') is [var experiment, var digits] && ApiRequest.IsName(experiment)
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? new RunId(project, experiment, number)
            : throw ApiRequest.Wrong("'base' is not the name of a run.", "Write EXPERIMENT/NUMBER, as in ?base=digits/11");
}
