using System.Diagnostics.CodeAnalysis;

[assembly: SuppressMessage(
    "Security", "MA0009", Scope = "namespaceanddescendants", Target = "~N:GradientCI.Runner.Manifests",
    Justification = "Our own patterns are anchored and unambiguous, on texts of at most 64 KiB; patterns of users run without backtracking. A timeout would fail good files on a busy machine.")]
