using GradientCI.Runner.Secrets;

namespace GradientCI.Cli.Secrets;

/// <summary>The secrets of a data folder.</summary>
internal static class SecretVaults
{
    /// <summary>Those of a session's; the key is looked for when it is needed.</summary>
    public static SecretVault Open(Session session) =>
        new(session.Store, SecretKeyFile.Locate(session.Data, session.Terminal.Variable), session.Terminal.Time);
}
