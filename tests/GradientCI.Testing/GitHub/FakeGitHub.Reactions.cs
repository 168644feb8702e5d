using System.Text.Json.Nodes;

namespace GradientCI.Testing.GitHub;

public sealed partial class FakeGitHub
{
    private FakeReply React(FakeRepository repository, Caller caller, string id, JsonNode wanted)
    {
        if (repository.Comments.Find(each => each.Id.ToString() == id) is not { } comment)
        {
            return FakeReply.Error(404, "Not Found");
        }

        var reaction = new FakeReaction((string)wanted["content"]!, caller.Login!);
        var isNew = !comment.Reactions.Contains(reaction);
        comment.Reactions = isNew ? comment.Reactions.Add(reaction) : comment.Reactions;
        return new FakeReply(isNew ? 201 : 200, new JsonObject
        {
            ["id"] = NextId(),
            ["node_id"] = "MDg6UmVhY3Rpb24x",
            ["user"] = UserJson(reaction.Login),
            ["content"] = reaction.Content,
            ["created_at"] = Now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
        });
    }

    // With filter=latest one of each name and app: the newest.
    private FakeReply ListCheckRuns(FakeRepository repository, string sha, Uri address)
    {
        var query = System.Web.HttpUtility.ParseQueryString(address.Query);
        var runs = repository.CheckRuns
            .Where(run => run.Sha == sha && (query["check_name"] is not { } name || run.Name == name))
            .OrderByDescending(run => run.Id)
            .DistinctBy(run => query["filter"] == "all" ? run.Id.ToString() : run.Name)
            .Take(int.Parse(query["per_page"] ?? "30"))
            .Select(run => CheckRunJson(repository, run))
            .ToList();
        return new FakeReply(200, new JsonObject { ["total_count"] = runs.Count, ["check_runs"] = new JsonArray([.. runs]) });
    }
}
