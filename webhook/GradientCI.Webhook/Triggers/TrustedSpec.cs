using GradientCI.Specs;

namespace GradientCI.Webhook.Triggers;

/// <summary>What of a stranger's experiment counts once somebody let it run.</summary>
/// <remarks>
/// Approval is for code that was read. What the machine gives to it, and when, is said by those who may push to the base branch;
/// a fork gets no secrets at all.
/// </remarks>
internal static class TrustedSpec
{
    /// <summary>The fork's experiment, with everything that is a matter of trust from the base branch's.</summary>
    /// <param name="head">As the fork's manifest has it.</param>
    /// <param name="base">The experiment of the same name in the base branch's manifest.</param>
    public static ExperimentSpec Merge(ExperimentSpec head, ExperimentSpec @base) => head with
    {
        On = @base.On,
        Secrets = [],
        SecretFiles = [],
        Resources = @base.Resources,
        Nodes = @base.Nodes,
        Timeout = @base.Timeout,
        Retries = @base.Retries,
        Image = @base.Image,
        Build = @base.Build,
        Datasets = @base.Datasets,

        // What a stranger left there would be read by code that has the project's trust.
        MayWriteStorage = false,
        Ports = @base.Ports,
        Baseline = @base.Baseline,
        CancelSuperseded = @base.CancelSuperseded,

        // With globs of its own choosing a fork could pass a result off as that of files which it left alone.
        Inputs = [],
    };
}
