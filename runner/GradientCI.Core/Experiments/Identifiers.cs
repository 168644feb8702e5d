namespace GradientCI.Experiments;

/// <summary>A Git repository that GradientCI knows.</summary>
/// <param name="Value">The folder's name and a digest of where it is, <c>digits-3fa2c1</c>: fit for a file name.</param>
public readonly record struct ProjectId(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>One experiment at one commit.</summary>
/// <param name="Project">Whose.</param>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Number">From 1, per project and experiment, without gaps.</param>
public readonly record struct RunId(ProjectId Project, string Experiment, int Number)
{
    /// <summary>As people type it: <c>digits#12</c>.</summary>
    public override string ToString() => $"{Experiment}#{Number}";
}

/// <summary>One assignment of hyperparameters, and one seed, within a run.</summary>
/// <param name="Run">Whose.</param>
/// <param name="Number">From 1, per run.</param>
public readonly record struct TrialId(RunId Run, int Number)
{
    /// <summary>As people type it: <c>digits#12.3</c>.</summary>
    public override string ToString() => $"{Run}.{Number}";
}

/// <summary>One execution of a trial.</summary>
/// <param name="Trial">Whose.</param>
/// <param name="Number">From 1, per trial. It fences: only the newest attempt may write.</param>
public readonly record struct AttemptId(TrialId Trial, int Number)
{
    /// <summary><c>digits#12.3/1</c>.</summary>
    public override string ToString() => $"{Trial}/{Number}";
}

/// <summary>A commit's full name.</summary>
public readonly record struct CommitSha
{
    /// <summary>Takes 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public CommitSha(string value)
    {
        if (value.Length is not (40 or 64) || !value.All(char.IsAsciiHexDigitLower))
        {
            throw new FormatException("A commit's name has 40 or 64 hexadecimal digits.");
        }

        Value = value;
    }

    /// <summary>All digits.</summary>
    public string Value { get; }

    /// <summary>The first ten digits, for people.</summary>
    public string Short => Value[..10];

    /// <inheritdoc/>
    public override string ToString() => Value;
}
