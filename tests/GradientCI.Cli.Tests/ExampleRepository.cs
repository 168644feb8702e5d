using GradientCI.Testing;

namespace GradientCI.Cli.Tests;

/// <summary>A repository whose training is a few lines of shell, so that a run takes milliseconds.</summary>
internal static class ExampleRepository
{
    public const string Manifest = """
        version: 1
        experiments:
          toy:
            command: sh train.sh ${{ lr }}
            sweep:
              parameters:
                lr: [1, 2, 3]
              parallel: 1
            objective: { maximize: score }
            checks:
              score: ">= 5"
        """;

    // The score is 2 × lr in the first commit; later commits change the factor.
    public static string Script(int factor) => $$$"""
        echo "training with lr=$1 in $PWD"
        for step in 1 2 3; do
          echo "{\"metrics\": {\"score\": $((step * $1 * {{{factor}}} / 3))}, \"step\": $step}"
        done
        """;

    public static TestRepository Create()
    {
        var repository = new TestRepository();
        repository.Write(".gradient.yml", Manifest);
        repository.Write("train.sh", Script(2));
        repository.Commit("Train a toy");
        return repository;
    }
}
