using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Testing;

namespace GradientCI.Webhook.Tests.BareGit;

public sealed class PushHistoryTests
{
    // Random histories with merges, and random refs that move: what git lists is what a walk over the parents finds.
    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task New_commits_are_those_that_a_walk_finds(int seed)
    {
        using var work = new TestRepository();
        var random = new Random(seed);
        var (tree, shas, parents) = (work.Git("write-tree").Trim(), new List<string>(), new Dictionary<string, string[]>());
        for (var number = 0; number < 25; number++)
        {
            string[] from = number == 0 || random.Next(12) == 0 ? [] : [.. Enumerable.Range(0, 1 + (random.Next(4) / 3)).Select(_ => shas[^(1 + random.Next(Math.Min(4, shas.Count)))]).Distinct()];
            var sha = work.Git(["commit-tree", tree, "-m", $"{number}", .. from.SelectMany(parent => (string[])["-p", parent])]).Trim();
            shas.Add(sha);
            parents[sha] = from;
        }

        await using var repository = await GitRepository.OpenAsync(work.Path, default);
        var history = new PushHistory(repository);
        for (var round = 0; round < 12; round++)
        {
            var (tip, old, other) = (Pick(), Pick(), Pick());
            work.Git("update-ref", "refs/heads/main", tip);
            work.Git("update-ref", "refs/heads/other", other);
            work.Git("update-ref", "refs/tags/together", tip);
            work.Git("update-ref", "refs/notes/ours", tip);

            var moved = await history.ListNewAsync(new PushedTip("refs/heads/main", new CommitSha(tip), new CommitSha(old)), 1000, default);
            var created = await history.ListNewAsync(
                new PushedTip("refs/heads/main", new CommitSha(tip), null) { Together = ["refs/heads/main", "refs/tags/together"], Before = [old] }, 1000, default);

            moved.Select(sha => sha.Value).ShouldBe(Reach(tip).Except(Reach(old)), ignoreOrder: true);
            created.Select(sha => sha.Value).ShouldBe(Reach(tip).Except(Reach(old)).Except(Reach(other)), ignoreOrder: true);
            moved.Select((sha, at) => (sha, at)).ShouldAllBe(each => !parents[each.sha.Value].Intersect(moved.Skip(each.at).Select(later => later.Value)).Any());
            (await history.ListNewAsync(new PushedTip("refs/heads/main", new CommitSha(tip), new CommitSha(old)), 3, default)).ShouldBe(moved.TakeLast(3));
        }

        string Pick() => shas[random.Next(shas.Count)];

        HashSet<string> Reach(string from)
        {
            var (seen, left) = (new HashSet<string>(), new Stack<string>([from]));
            while (left.TryPop(out var sha))
            {
                if (seen.Add(sha))
                {
                    Array.ForEach(parents[sha], left.Push);
                }
            }

            return seen;
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task An_old_tip_that_is_gone_counts_as_none()
    {
        using var work = new TestRepository();
        work.Write("a", "1");
        var tip = work.Commit("One");
        await using var repository = await GitRepository.OpenAsync(work.Path, default);
        var pushed = new PushedTip("refs/heads/main", new CommitSha(tip), new CommitSha(new string('a', 40))) { Together = ["refs/heads/main"] };

        (await new PushHistory(repository).ListNewAsync(pushed, 10, default)).Select(sha => sha.Value).ShouldBe([tip]);
        (await new PushHistory(repository).ListChangedPathsAsync(pushed, default)).ShouldBe(["a"]);
    }
}
