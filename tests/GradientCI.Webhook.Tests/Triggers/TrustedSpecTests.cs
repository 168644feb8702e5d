using System.Collections.Immutable;
using System.Reflection;
using GradientCI.Specs;
using GradientCI.Webhook.Triggers;

namespace GradientCI.Webhook.Tests.Triggers;

public sealed class TrustedSpecTests
{
    private static readonly string[] OfTheBase =
    [
        "On", "Resources", "Nodes", "Timeout", "Retries", "Image", "Build", "Datasets", "Ports", "Baseline", "CancelSuperseded",
    ];

    private static readonly string[] OfNobody = ["Secrets", "SecretFiles", "Inputs", "MayWriteStorage"];

    private static readonly string[] OfTheHead =
    [
        "Name", "Description", "Setup", "SetupFiles", "Command", "Workdir", "Env", "Cache", "Artifacts", "Parameters", "Sweep", "Objectives", "Constraints", "Metrics", "Checks", "Report",
    ];

    private static readonly ExperimentSpec Base = Spec("base");
    private static readonly ExperimentSpec Head = Spec("head");

    [Fact]
    public void Every_key_is_either_a_matter_of_trust_or_not() =>
        Keys().Select(key => key.Name).ShouldBe([.. OfTheBase, .. OfNobody, .. OfTheHead], ignoreOrder: true);

    [Fact]
    public void What_is_a_matter_of_trust_is_the_bases()
    {
        foreach (var key in Keys().Where(key => OfTheBase.Contains(key.Name, StringComparer.Ordinal)))
        {
            key.GetValue(TrustedSpec.Merge(Head, Base)).ShouldBe(key.GetValue(Base), key.Name);
        }
    }

    [Fact]
    public void What_is_not_is_the_forks()
    {
        foreach (var key in Keys().Where(key => OfTheHead.Contains(key.Name, StringComparer.Ordinal)))
        {
            key.GetValue(TrustedSpec.Merge(Head, Base)).ShouldBe(key.GetValue(Head), key.Name);
        }
    }

    [Fact]
    public void A_fork_gets_no_secrets_writes_no_storage_and_stands_for_its_whole_tree()
    {
        var merged = TrustedSpec.Merge(Head, Base);

        merged.Secrets.ShouldBeEmpty();
        merged.SecretFiles.ShouldBeEmpty();
        merged.Inputs.ShouldBeEmpty();
        merged.MayWriteStorage.ShouldBeFalse();
    }

    private static IEnumerable<PropertyInfo> Keys() => typeof(ExperimentSpec).GetProperties().Where(key => key.CanWrite);

    private static ExperimentSpec Spec(string who) => new()
    {
        Name = "digits",
        Command = new CommandSpec([who], IsShell: true),
        Description = who,
        On = new TriggerSpec { Schedule = who },
        Secrets = [who],
        SecretFiles = [who],
        Resources = new ResourceSpec { GpuType = who },
        Nodes = new NodesSpec(2, who),
        Timeout = TimeSpan.FromMinutes(who.Length + who[0]),
        Retries = new RetrySpec { Max = who[0] },
        Image = who,
        Build = new BuildSpec(who, who, ImmutableSortedDictionary<string, string>.Empty, null),
        Datasets = ImmutableSortedDictionary<string, string>.Empty.Add(who, who),
        Ports = [who[0]],
        Baseline = who == "base" ? BaselineMode.Run : BaselineMode.Reuse,
        CancelSuperseded = who == "base",
        Setup = who,
        SetupFiles = [who],
        Workdir = who,
        Env = ImmutableSortedDictionary<string, string>.Empty.Add("WHO", who),
        Inputs = [who],
        Artifacts = [who],
    };
}
