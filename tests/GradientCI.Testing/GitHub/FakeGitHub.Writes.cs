using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

public sealed partial class FakeGitHub
{
    private const int MostStatuses = 1000;
    private const int LongestDescription = 140;
    private const int LongestBody = 65536;

    private FakeReply MakeStatus(FakeRepository repository, Caller caller, string sha, JsonNode wanted)
    {
        var (context, description) = ((string?)wanted["context"] ?? "default", (string?)wanted["description"] ?? "");
        if (repository.Commits?.Contains(sha) == false)
        {
            return FakeReply.Error(422, $"No commit found for SHA: {sha}");
        }

        if (description.Length > LongestDescription)
        {
            return FakeReply.Error(422, "Validation Failed", $"description is too long (maximum is {LongestDescription} characters)");
        }

        if (description.Any(char.IsSurrogate))
        {
            return FakeReply.Error(422, "Validation Failed", "description doesn't accept 4-byte Unicode");
        }

        if (repository.Statuses.Count(each => each.Sha == sha && each.Context == context) >= MostStatuses)
        {
            return FakeReply.Error(422, "Validation Failed", "This SHA and context has reached the maximum number of statuses.");
        }

        var status = new FakeStatus(NextId(), sha, context, (string)wanted["state"]!, description, (string?)wanted["target_url"], caller.Login!);
        repository.Statuses = repository.Statuses.Add(status);
        return new FakeReply(201, StatusJson(status));
    }

    private FakeReply MakeCheckRun(FakeRepository repository, JsonNode wanted)
    {
        var sha = (string)wanted["head_sha"]!;
        if (repository.Commits?.Contains(sha) == false)
        {
            return FakeReply.Error(422, $"No commit found for SHA: {sha}");
        }

        var run = new FakeCheckRun(NextId(), sha) { Name = (string)wanted["name"]! };
        return Change(run, wanted) ?? Added();

        FakeReply Added()
        {
            repository.CheckRuns = repository.CheckRuns.Add(run);
            return new FakeReply(201, CheckRunJson(repository, run));
        }
    }

    private FakeReply ChangeCheckRun(FakeRepository repository, string id, JsonNode wanted) =>
        repository.CheckRuns.Find(each => each.Id.ToString() == id) is { } run ? Change(run, wanted) ?? new FakeReply(200, CheckRunJson(repository, run)) : FakeReply.Error(404, "Not Found");

    private static FakeReply? Change(FakeCheckRun run, JsonNode wanted)
    {
        if (((string?)wanted["output"]?["summary"])?.Length >= LongestBody)
        {
            return FakeReply.Error(422, "Invalid request.\n\nOnly 65535 characters are allowed; 65536 were supplied.");
        }

        run.Name = (string?)wanted["name"] ?? run.Name;
        run.Conclusion = (string?)wanted["conclusion"];
        run.Status = run.Conclusion is null ? (string?)wanted["status"] ?? run.Status : "completed";
        run.DetailsUrl = (string?)wanted["details_url"] ?? run.DetailsUrl;
        run.ExternalId = (string?)wanted["external_id"] ?? run.ExternalId;
        run.Title = (string?)wanted["output"]?["title"] ?? run.Title;
        run.Summary = (string?)wanted["output"]?["summary"] ?? run.Summary;
        return null;
    }

    private static FakeReply ListComments(FakeRepository repository, string number, Uri address)
    {
        if (!HasIssue(repository, number))
        {
            return FakeReply.Error(404, "Not Found");
        }

        var query = System.Web.HttpUtility.ParseQueryString(address.Query);
        var size = Math.Clamp(int.Parse(query["per_page"] ?? "30"), 1, 100);
        var page = Math.Max(1, int.Parse(query["page"] ?? "1"));
        var comments = repository.Comments.Where(each => each.PullRequest.ToString() == number).OrderBy(each => each.Id).ToList();
        var reply = new FakeReply(200, new JsonArray([.. comments.Skip((page - 1) * size).Take(size).Select(each => CommentJson(repository, each))]));
        var last = Math.Max(1, (comments.Count + size - 1) / size);
        if (page < last)
        {
            reply.Headers["Link"] = $"<{Page(page + 1)}>; rel=\"next\", <{Page(last)}>; rel=\"last\"";
        }

        return reply;

        string Page(int at) => new Uri(address, $"{Prefix(address)}/repositories/{repository.Id}/issues/{number}/comments?per_page={size}&page={at}").AbsoluteUri;
    }

    private static FakeReply MakeComment(FakeRepository repository, Caller caller, string number, JsonNode wanted)
    {
        var body = (string)wanted["body"]!;
        if (!HasIssue(repository, number))
        {
            return FakeReply.Error(404, "Not Found");
        }

        return TooLong(body) ?? new FakeReply(201, CommentJson(repository, repository.AddComment(int.Parse(number), caller.Login!, body)));
    }

    private static FakeReply ChangeComment(FakeRepository repository, Caller caller, string id, JsonNode wanted)
    {
        if (repository.Comments.Find(each => each.Id.ToString() == id) is not { } comment)
        {
            return FakeReply.Error(404, "Not Found");
        }

        if (comment.Login != caller.Login)
        {
            return FakeReply.Error(403, "You are not allowed to edit this comment.");
        }

        var body = (string)wanted["body"]!;
        if (TooLong(body) is { } refusal)
        {
            return refusal;
        }

        comment.Body = body;
        return new FakeReply(200, CommentJson(repository, comment));
    }

    private static FakeReply? TooLong(string body) => body.Length > LongestBody ? FakeReply.Error(422, "Validation Failed", $"body is too long (maximum is {LongestBody} characters)") : null;

    private static bool HasIssue(FakeRepository repository, string number) => repository.PullRequests.Exists(each => each.Number.ToString() == number);
}
